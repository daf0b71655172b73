"""Makes a database ready for people: its pages' bundles are built, and the demo clinic has lived until now.

As a module it is imported by the commands; as a program (`python -m clinic_env.ready DATABASE STAMP`) it runs inside
the virtual environment, with Odoo.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from clinic_env import database, odoo, process, sql, step
from clinic_env.settings import ROOT, Failure, Settings

# What the first pages of people and patients load; left alone, Odoo would build it while they wait.
SCRIPTS = (
    "web.assets_web",
    "web.assets_backend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "bus.websocket_worker_assets",
)
STYLES = (
    "web.assets_web",
    "web.assets_web_dark",
    "web.assets_web_print",
    "web.assets_backend_lazy",
    "web.assets_backend_lazy_dark",
    "web.assets_frontend",
)
# Tours, which pages load while tests run.
TESTS = ("web.assets_tests",)
# Of printed pages; for all browsers.
PRINTED = ("web.report_assets_common", "web.report_assets_pdf")
_STAMP = "clinic_env.ready"
_LIVED_UNTIL = "clinic_demo.lived_until"
# The clinic's own measure of time in which nothing much happens is a little less.
_PAUSE = timedelta(minutes=15)


def make(settings: Settings, server: dict[str, str]) -> None:
    """Have the demo database ready. What fails here makes people wait, or shows them another day; no reason to stop."""
    hashes = [f"{name} {value}" for name, value in database.addon_hashes().items()]
    wanted = step.digest([Path(__file__), ROOT / "requirements.txt"], *hashes, str(odoo.rtl_program(settings)))
    if _is_ready(settings, server, wanted):
        return
    program = [settings.python, "-m", "clinic_env.ready", settings.database, wanted]
    environment = {**odoo.environment(settings, server), "PYTHONPATH": str(Path(__file__).parents[1])}
    try:
        with step.step("pages, and the demo clinic's days up to now" if _is_demo(settings) else "pages"):
            process.quiet(program, settings.logs / "ready.log", env=environment, cwd=ROOT)
    except Failure as failure:
        step.warn(str(failure))


def bake(settings: Settings, server: dict[str, str], name: str) -> None:
    """Build the pages' bundles into a template database: each test rolls back what it has built."""
    program = [settings.python, "-m", "clinic_env.ready", name, "--tests"]
    environment = {**odoo.environment(settings, server), "PYTHONPATH": str(Path(__file__).parents[1])}
    with step.step("pages of the template"):
        process.quiet(program, settings.logs / "bake.log", env=environment, cwd=ROOT)


def _is_demo(settings: Settings) -> bool:
    return "clinic_demo" in settings.addons


def _is_ready(settings: Settings, server: dict[str, str], wanted: str) -> bool:
    query = "SELECT key, value FROM ir_config_parameter WHERE key IN (%s, %s)"
    known = dict(sql.run(settings, server, settings.database, (query, _STAMP, _LIVED_UNTIL)))
    if known.get(_STAMP) != wanted:
        return False
    if not _is_demo(settings):
        return True
    try:
        lived_until = datetime.fromisoformat(known[_LIVED_UNTIL]).replace(tzinfo=timezone.utc)
    except (KeyError, ValueError):
        return False
    return datetime.now(timezone.utc) - lived_until < _PAUSE


def _main(name: str, wanted: str) -> None:
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.module import initialize_sys_path
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-d", name, "--workers=0", "--max-cron-threads=0", "--no-http"])
    initialize_sys_path()
    registry = Registry(name)
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        if wanted == "--tests":
            _build_bundles(env, TESTS)
            return
        _build_bundles(env)
        env["ir.config_parameter"].set_param(_STAMP, wanted)
    if "clinic_demo" in registry._init_modules:
        from odoo.addons.clinic_demo.demo.present import follow

        with registry.cursor() as cr:
            follow(Environment(cr, SUPERUSER_ID, {}))


def _build_bundles(env, besides: tuple[str, ...] = ()) -> None:
    """Build what is not built yet, from left to right and from right to left as the languages ask for."""
    pages = env["ir.qweb"]
    for name in (*SCRIPTS, *besides):
        pages._get_asset_bundle(name, css=False).js()
    directions = {language.direction == "rtl" for language in env["res.lang"].search([])}
    for rtl in sorted(directions):
        for name in STYLES:
            pages._get_asset_bundle(name, js=False, rtl=rtl).css()
        for name in PRINTED:
            pages._get_asset_bundle(name, js=False, rtl=rtl).css()
            pages._get_asset_bundle(name, js=False, rtl=rtl, autoprefix=True).css()


if __name__ == "__main__":
    _main(*sys.argv[1:])
