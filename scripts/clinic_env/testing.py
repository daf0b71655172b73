"""`make test`: a template database, a clone of it, and pytest."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

from clinic_env import database, odoo, postgres, process, step, tools
from clinic_env.settings import ROOT, Failure, Settings

TEST_DATABASE = "clinic_test"
_TEMPLATE = "clinic_test_tpl_"
_WITHOUT = "clinic_demo"  # tests make the few records they need; the demo clinic would only slow them down
_BESIDES = "l10n_pk"  # the chart of accounts of the demo clinic, whose own tests load it into their transaction


def command(settings: Settings, words: list[str]) -> int:
    """Run every test, or those of `--addon NAME`; further words go to pytest."""
    paths, words = _paths(words)
    odoo.ensure(settings)
    tools.ensure_chromium(settings)
    tools.ensure_pdf_printer(settings)
    tools.ensure_rtlcss(settings, needed=True)
    with step.lock(settings.home / "test.lock", what="another `make test`"), postgres.running(settings) as server:
        databases = database.Databases(settings, server)
        template = ensure_template(settings, databases)
        with step.step(f"database {TEST_DATABASE}: a clone of the template"):
            databases.clone(template, TEST_DATABASE)
        return _pytest(settings, server, template, [*words, *paths])


def _paths(words: list[str]) -> tuple[list[str], list[str]]:
    """What pytest collects: the folders that hold tests."""
    if words[:1] == ["--addon"]:
        folder = odoo.ADDONS / words[1] / "tests"
        if not folder.is_dir():
            raise Failure(f"There is no {folder}.")
        return [str(folder)], words[2:]
    folders = [*sorted(odoo.ADDONS.glob("*/tests")), ROOT / "tests"]
    return [str(folder) for folder in folders if folder.is_dir()], words


def ensure_template(settings: Settings, databases: database.Databases) -> str:
    """A database with all addons and no demo data, remade when any addon changes."""
    addons = tuple(name for name in settings.addons if name != _WITHOUT) or ("base",)
    if _WITHOUT in settings.addons:
        addons += (_BESIDES,)
    made_of = json.dumps([database.addon_hashes(), addons, (ROOT / "requirements.txt").read_text()], sort_keys=True)
    name = _TEMPLATE + hashlib.sha256(made_of.encode()).hexdigest()[:10]
    if not databases.exists(name):
        databases.drop(*databases.names(_TEMPLATE))
        databases.create(name, addons, f"template database with {', '.join(addons)}")
    return name


def _pytest(settings: Settings, server: dict[str, str], template: str, words: list[str]) -> int:
    environment = odoo.environment(settings, server)
    environment.update(
        CLINIC_TEST_DATABASE=TEST_DATABASE,
        CLINIC_TEST_TEMPLATE=template,
        PYTHONPATH=str(Path(__file__).parents[1]),
        PYTHONDONTWRITEBYTECODE="1",
    )
    options = [
        "-p",
        "clinic_env.pytest_plugin",
        f"--odoo-database={TEST_DATABASE}",
        f"--odoo-config={settings.conf}",
        "--odoo-http",
        f"--odoo-extra=db-filter=^{TEST_DATABASE}$",
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
