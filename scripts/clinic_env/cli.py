"""The commands and their arguments."""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import sys
from dataclasses import replace

from clinic_env import (
    benchmark,
    cluster,
    database,
    linting,
    odoo,
    postgres,
    process,
    ready,
    sandboxes,
    server,
    step,
    testing,
    tools,
    translations,
)
from clinic_env.settings import Failure, Settings


def run_command(settings: Settings, _words: list[str]) -> int:
    """Set everything up and run the demo clinic until Ctrl-C."""
    server.stop_on_signals()
    try:
        with step.lock(settings.home / "run.lock", patience=25, what="another `make run`"):
            server.stop_orphan(settings)
            server.check_port(settings)
            _prepare(settings)
            with postgres.running(settings) as found:
                _demo_database(settings, found)
                ready.make(settings, found)
                server.point_reports(settings, found)
                with sandboxes.running(settings) as addresses:
                    sandboxes.point(settings, found, addresses)
                    server.serve(settings, found)
    except server.Stopped:
        step.say("\nstopped")
    return 0


def _prepare(settings: Settings) -> None:
    odoo.ensure(settings)
    tools.ensure_pdf_printer(settings)
    tools.ensure_rtlcss(settings)
    tools.ensure_restic(settings)


def _demo_database(settings: Settings, found: dict[str, str], *, force: bool = False) -> None:
    """Make the demo clinic unless it is there; bring it to the addons' present code."""
    databases = database.Databases(settings, found)
    name = settings.database
    if databases.exists(name):
        databases.update(name, settings.addons, force=force)
    else:
        databases.create(name, settings.addons, f"database {name} with {', '.join(settings.addons)}")


def stop_command(settings: Settings, _words: list[str]) -> int:
    """Stop everything that runs from this home."""
    holder = process.read_pid(settings.home / "run.lock")
    if holder and process.alive(holder) and "clinic" in process.command_line(holder):
        with step.step(f"stopping `make run` (process {holder})"):
            process.end(holder, patience=60)
    server.stop_orphan(settings)
    # Such as those of `scripts/odoo` and `make shell`, which would go on without their database.
    for pid in process.with_variable("ODOO_RC", str(settings.conf)):
        if process.alive(pid):
            with step.step(f"stopping {_name(pid)} (process {pid})"):
                process.end(pid)
    postgres.keep_file(settings).unlink(missing_ok=True)
    if (settings.home / "postgres.users").exists():
        postgres.stop(cluster.locate(settings))
    step.say("nothing runs any more")
    return 0


def _name(pid: int) -> str:
    words = process.command_line(pid).split()
    return " ".join(word.rpartition("/")[2] for word in words[:4]) or "a process"


def reset_command(settings: Settings, words: list[str]) -> int:
    """Delete the demo database and its files, after asking; the next `make run` makes a new one."""
    question = f"Delete database {settings.database} with everything entered in it? Type yes: "
    if "--yes" not in words and _ask(question) != "yes":
        step.say("nothing deleted")
        return 1
    with _idle(settings), postgres.running(settings) as found:
        database.Databases(settings, found).drop(settings.database)
    step.say(f"deleted database {settings.database}; `make run` makes a new one")
    return 0


def _ask(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return ""


def _idle(settings: Settings):
    """While held, no `make run` of this home is up."""
    return step.lock(settings.home / "run.lock", patience=0, what="`make run`")


def shell_command(settings: Settings, words: list[str]) -> int:
    """Odoo's Python shell on the demo database."""
    _prepare(settings)
    with postgres.running(settings) as found:
        if not database.Databases(settings, found).exists(settings.database):
            raise Failure(f"There is no database {settings.database} yet: make run")
        words = ["shell", "-d", settings.database, *words]
        return _foreground(odoo.command(settings, *words), odoo.environment(settings, found))


def update_command(settings: Settings, _words: list[str]) -> int:
    """Update all of our addons in the demo database, changed or not."""
    with _idle(settings):
        _prepare(settings)
        with postgres.running(settings) as found:
            _demo_database(settings, found, force=True)
    return 0


def odoo_command(settings: Settings, words: list[str]) -> int:
    """Pass any arguments to Odoo: `scripts/odoo shell`, `scripts/odoo -u clinic --stop-after-init` …"""
    odoo.ensure(settings)
    with postgres.running(settings) as found:
        _point_reports(settings, found, words)
        return _foreground(odoo.command(settings, *words), odoo.environment(settings, found))


def _point_reports(settings: Settings, found: dict[str, str], words: list[str]) -> None:
    """As `make run` does, if these words start a web server on a database that is there already."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-d", "--database", default=settings.database)
    parser.add_argument("-p", "--http-port", type=int, default=settings.port)
    known, others = parser.parse_known_args(words)
    is_server = not words or words[0] == "server" or words[0].startswith("-")
    if not is_server or {"--stop-after-init", "--no-http", "--help", "--version"} & set(others):
        return
    with contextlib.suppress(Failure):  # no such database yet
        chosen = replace(settings, database=known.database, port=known.http_port)
        server.point_reports(chosen, found)


def _foreground(command: list[str], environment: dict[str, str]) -> int:
    """Run a child that shares the terminal: it gets Ctrl-C itself, and we wait for it to finish."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            command, env=environment, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)
        )
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def database_command(settings: Settings, words: list[str]) -> int:
    """Start the database and keep it running until `make stop`."""
    odoo.ensure(settings)
    postgres.keep_file(settings).touch()
    with postgres.running(settings) as server:
        odoo.environment(settings, server)
        for name, value in server.items():
            step.say(f"export {name}={value}")
    return 0


COMMANDS = {
    "run": run_command,
    "stop": stop_command,
    "reset": reset_command,
    "shell": shell_command,
    "update": update_command,
    "test": testing.command,
    "bench-slots": benchmark.command,
    "bench-gaps": benchmark.gaps_command,
    "bench-record": benchmark.record_command,
    "bench-stock": benchmark.stock_command,
    "bench-log": benchmark.log_command,
    "bench-messages": benchmark.messages_command,
    "bench-online": benchmark.online_command,
    "bench-checkout": benchmark.checkout_command,
    "bench-books": benchmark.books_command,
    "bench-packages": benchmark.packages_command,
    "bench-followup": benchmark.followup_command,
    "bench-commissions": benchmark.commissions_command,
    "bench-consents": benchmark.consents_command,
    "bench-photo": benchmark.photo_command,
    "bench-journeys": benchmark.journeys_command,
    "lint": linting.command,
    "format": linting.format_command,
    "i18n": translations.command,
    "odoo": odoo_command,
    "db": database_command,
}


def main(words: list[str]) -> int:
    """Run one command; a Failure is told in words, not as a traceback."""
    name, rest = (words[0], words[1:]) if words else ("", [])
    if name not in COMMANDS:
        print(f"usage: scripts/clinic {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](Settings.read(), rest)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
