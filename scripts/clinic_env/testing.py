"""`make test`: a template database, a clone of it for each worker, and pytest."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from clinic_env import database, odoo, postgres, process, ready, step, tools
from clinic_env.settings import ROOT, Failure, Settings

TEST_DATABASE = "clinic_test"
_LARGE = ("clinic_suite", "clinic_demo")
_TEMPLATE = "clinic_test_tpl_"
_FAST_TEMPLATE = "clinic_fast_tpl"
_ALONE_TEMPLATE = "clinic_alone_tpl_"
_WITHOUT = "clinic_demo"  # tests make the few records they need; the demo clinic would only slow them down
# The demo clinic's chart of accounts and its provider of payments: its own tests load it into their transaction.
_BESIDES = ("l10n_pk", "payment_demo")
_PROVIDERS = "payment_*"  # installed by the clinics that use them: the bundle depends on none


class _Alone(NamedTuple):
    """How an addon is tested that changes what the others' tests see: on a small template of its own."""

    addons: tuple[str, ...]  # what the template has
    proofs: tuple[str, ...] = ()  # tests of other addons that have to pass there, too


# Odoo's *Website*, on which this one depends, changes all routes and layouts.
_ALONE = {
    "clinic_website_builder": _Alone(
        ("clinic_website_builder", "clinic_portal"),
        ("clinic_website/tests/test_pages.py", "clinic_website/tests/test_engines.py"),
    )
}


def command(settings: Settings, words: list[str]) -> int:
    """Run every test, or those of `--addon NAME`; further words go to pytest."""
    is_fast, words = words[:1] == ["--fast"], words[words[:1] == ["--fast"] :]
    runs, words = _fast_runs(words) if is_fast else _runs(words)
    odoo.ensure(settings)
    tools.ensure_pdf_printer(settings)
    tools.ensure_pdf_reader(settings)
    if not is_fast:
        tools.ensure_chromium(settings)
        tools.ensure_rtlcss(settings, needed=True)
        tools.ensure_axe(settings)
        tools.ensure_restic(settings, needed=True)
    with step.lock(settings.home / "test.lock", what="another `make test`"), postgres.running(settings) as server:
        databases, codes = database.Databases(settings, server), []
        for alone, group in itertools.groupby(runs, key=lambda run: run.alone):
            its_runs = list(group)
            template = _template(settings, databases, alone, is_fast=is_fast)
            name, workers = _database_of(alone), max(run.workers for run in its_runs)
            with step.step(f"database {name}, {workers} times: a clone of the template"):
                for number in range(workers):
                    databases.clone(template, worker_database(name, number))
            for run in its_runs:
                codes.append(_pytest(settings, server, template, [*run.options(), *words, *run.paths], alone))
        return _result(codes)


class _Run(NamedTuple):
    """One call of pytest: what it collects, and the workers that share it."""

    paths: list[str]
    workers: int = 1
    alone: str = ""  # the addon whose own template it needs

    def options(self) -> list[str]:
        """Share by file, as a file's tests may share a database; in the order of the paths."""
        if self.workers == 1:
            return []
        return ["-n", str(self.workers), "--dist", "loadfile", "--no-loadscope-reorder"]


def _runs(words: list[str]) -> tuple[list[_Run], list[str]]:
    """What is run: an addon's tests; or all of them, those of races alone at the end."""
    if words[:1] == ["--addon"]:
        folder = odoo.ADDONS / words[1] / "tests"
        if not folder.is_dir():
            raise Failure(f"There is no {folder}.")
        return [_run_alone(words[1]) if words[1] in _ALONE else _Run([str(folder)])], words[2:]
    races = [str(path) for path in sorted((ROOT / "tests").glob("test_races*.py"))]
    # What works on the whole bundle takes longest: it comes first, so that no worker is left with it alone.
    large = [ROOT / "tests", *(odoo.ADDONS / name / "tests" for name in _LARGE)]
    others = [path for path in _shared(sorted(odoo.ADDONS.glob("*/tests"))) if path not in large]
    folders = [str(path) for path in (*large, *others) if path.is_dir()]
    everything = _Run([*folders, *(f"--ignore={path}" for path in races)], _workers())
    alone = [_run_alone(addon) for addon in _ALONE if (odoo.ADDONS / addon / "tests").is_dir()]
    # What needs the same template follows each other.
    return [*alone, everything, *([_Run(races)] if races else [])], words


def alone() -> tuple[str, ...]:
    """The addons that are tested on templates of their own."""
    return tuple(_ALONE)


def _shared(folders: Iterable[Path]) -> list[Path]:
    """Those of the addons' folders of tests that need no template of their own."""
    return [path for path in folders if path.parent.name not in _ALONE]


def _run_alone(addon: str) -> _Run:
    paths = [odoo.ADDONS / addon / "tests", *(odoo.ADDONS / path for path in _ALONE[addon].proofs)]
    return _Run([str(path) for path in paths], alone=addon)


def _database_of(alone: str) -> str:
    return f"{TEST_DATABASE}_{alone}" if alone else TEST_DATABASE


def _template(settings: Settings, databases: database.Databases, alone: str, *, is_fast: bool) -> str:
    if alone:
        return ensure_alone(settings, databases, alone)
    return (_fast_template if is_fast else ensure_template)(settings, databases)


def ensure_alone(settings: Settings, databases: database.Databases, addon: str) -> str:
    """The small template of an addon that is tested alone; it is brought up to the addons' code."""
    name, addons = f"{_ALONE_TEMPLATE}{addon}", _ALONE[addon].addons
    if not databases.exists(name):
        databases.create(name, addons, f"template database with {', '.join(addons)}")
    databases.update(name, addons)
    return name


def _fast_runs(words: list[str]) -> tuple[list[_Run], list[str]]:
    """What is run between two thoughts: the addon's tests, or those of the addons that were changed; no browser.

    Changed is what is not on the main branch, or not committed.
    """
    if words[:1] == ["--addon"]:
        runs, words = _runs(words)
        runs = [run._replace(workers=1 if run.alone else _workers()) for run in runs]
    else:
        changed = {name for line in _changed() for name in line.split("/")[1:2] if line.startswith("addons/")}
        folders = [path for path in sorted(odoo.ADDONS.glob("*/tests")) if path.parent.name in changed]
        if not folders:
            raise Failure("No addon is changed: name one with ADDON, or run all tests without FAST.")
        shared = [str(path) for path in _shared(folders)]
        runs = [_run_alone(path.parent.name) for path in folders if str(path) not in shared]
        runs += [_Run(shared, _workers())] if shared else []
    return runs, ["--no-browser", *words]


def _changed() -> list[str]:
    """The files that are not as they are on the main branch."""
    git = ["git", "-C", str(ROOT)]
    base = subprocess.run([*git, "merge-base", "HEAD", "main"], capture_output=True, text=True, check=False)
    commands = (["diff", "--name-only", base.stdout.strip() or "HEAD"], ["ls-files", "--others", "--exclude-standard"])
    found = [subprocess.run([*git, *words], capture_output=True, text=True, check=True).stdout for words in commands]
    return [line for text in found for line in text.splitlines()]


def _fast_template(settings: Settings, databases: database.Databases) -> str:
    """A template in which only the changed addons are updated, which what they no longer have survives."""
    addons = _template_addons(settings)
    if not databases.exists(_FAST_TEMPLATE):
        databases.create(_FAST_TEMPLATE, addons, f"template database with {', '.join(addons)}")
    databases.update(_FAST_TEMPLATE, addons)
    return _FAST_TEMPLATE


def _template_addons(settings: Settings) -> tuple[str, ...]:
    addons = tuple(name for name in settings.addons if name != _WITHOUT) or ("base",)
    if _WITHOUT not in settings.addons:
        return addons
    providers = sorted(path.parent.name for path in odoo.ADDONS.glob(f"{_PROVIDERS}/__manifest__.py"))
    return (*addons, *providers, *_BESIDES)


def _workers() -> int:
    """One to a core, as each keeps its core busy; more than four would wait for the database."""
    return int(os.environ.get("CLINIC_TEST_WORKERS") or min(os.cpu_count() or 1, 4))


def _result(codes: list[int]) -> int:
    """The worst exit code; that a name was found in one of the runs only is no failure."""
    none_found = 5
    if set(codes) == {none_found}:
        return none_found
    return max((code for code in codes if code != none_found), default=0)


def worker_database(database: str, number: int) -> str:
    """The database of a worker; the first one's has the plain name."""
    return f"{database}_{number}" if number else database


def ensure_template(settings: Settings, databases: database.Databases) -> str:
    """A database with all addons and no demo data, remade when any addon changes."""
    addons = _template_addons(settings)
    made_of = json.dumps([database.addon_hashes(), addons, (ROOT / "requirements.txt").read_text()], sort_keys=True)
    name = _TEMPLATE + hashlib.sha256(made_of.encode()).hexdigest()[:10]
    if not databases.exists(name):
        databases.drop(*databases.names(_TEMPLATE))
        databases.create(name, addons, f"template database with {', '.join(addons)}")
        # A template that was made and not baked is slower, and no less right.
        ready.bake(settings, databases.server, name)
    return name


def _pytest(settings: Settings, server: dict[str, str], template: str, words: list[str], alone: str = "") -> int:
    name = _database_of(alone)
    environment = odoo.environment(settings, server)
    environment.update(
        CLINIC_TEST_DATABASE=name,
        CLINIC_TEST_TEMPLATE=template,
        CLINIC_AXE=str(tools.axe(settings)),
        PYTHONPATH=str(Path(__file__).parents[1]),
        PYTHONDONTWRITEBYTECODE="1",
    )
    options = [
        "-p",
        "clinic_env.pytest_plugin",
        f"--odoo-database={name}",
        f"--odoo-config={settings.conf}",
        "--odoo-http",
        f"--odoo-extra=db-filter=^{name}$",
    ]
    step.say("")
    child = subprocess.Popen(
        [str(settings.python), "-m", "pytest", *options, *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=process.die_with_parent,
    )
    try:
        return child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
