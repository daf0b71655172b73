"""The commands and their arguments."""

from __future__ import annotations

import signal
import subprocess
import sys

from clinic_env import odoo, postgres, step
from clinic_env.settings import Failure, Settings


def odoo_command(settings: Settings, words: list[str]) -> int:
    """Pass any arguments to Odoo: `scripts/odoo shell`, `scripts/odoo -u clinic --stop-after-init` …"""
    odoo.ensure(settings)
    with postgres.running(settings) as server:
        return _foreground(odoo.command(settings, *words), odoo.environment(settings, server))


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


COMMANDS = {"odoo": odoo_command, "db": database_command}


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
