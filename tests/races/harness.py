"""Run the same attempt in many real processes at the same moment, each with an own database connection."""

import json
import multiprocessing
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager

import odoo
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

FORK = multiprocessing.get_context("fork")


def connect(database: str) -> Registry:
    """Load Odoo on ``database`` as a server process would."""
    config.parse_config(["--database", database, "--workers=0", "--max-cron-threads=0", "--log-level=critical"])
    initialize_sys_path()  # from now on the addons can be imported
    threading.current_thread().dbname = database
    return Registry(database)


@contextmanager
def committed(registry: Registry):
    """An environment whose changes are committed at the end."""
    with registry.cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})


def branch_with_books(env):
    """Make a branch with a chart of accounts, in which the user works."""
    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.us").id})
    # What Odoo loads by itself when the branch is committed would replace the journals that are made until then.
    env.cr.flush()
    env["account.chart.template"].try_loading("generic_coa", branch, install_demo=False)
    env.user.company_ids += branch
    return branch


def race(registry: Registry, attempts: list[Callable], clients: int) -> list[Counter]:
    """Let ``clients`` processes do each of ``attempts`` together and count what came of it, a round each.

    An attempt takes an environment and returns a word; a refusal counts as its text, anything else as a failure.
    """
    odoo.sql_db.close_all()  # connections don't survive a fork
    barrier = FORK.Barrier(clients)
    results = FORK.Queue()
    processes = [
        FORK.Process(target=_client, args=(registry, attempts, barrier, results), daemon=True) for _ in range(clients)
    ]
    for process in processes:
        process.start()
    outcomes = [Counter() for _ in attempts]
    for _ in range(clients * len(attempts)):
        number, word = results.get(timeout=300)
        outcomes[number][word] += 1
    for process in processes:
        process.join()
    return outcomes


def _client(registry, attempts, barrier, results):
    threading.current_thread().dbname = registry.db_name
    for number, attempt in enumerate(attempts):
        barrier.wait(timeout=300)
        results.put((number, _outcome(registry, attempt)))


def _outcome(registry, attempt) -> str:
    try:
        with registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            # What Odoo does around each request: run again when the database could not put two in order.
            return retrying(lambda: attempt(env), env)
    except UserError as error:
        return f"refused: {error}"
    except Exception as error:
        return f"failed: {type(error).__name__}: {error}"


def report(outcomes: list[Counter], **facts) -> None:
    """Print what happened for the test to read."""
    json.dump({"rounds": outcomes, **facts}, sys.stdout)
