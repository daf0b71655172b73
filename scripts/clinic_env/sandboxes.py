"""The sandboxes of JazzCash and EasyPaisa beside the demo clinic: what is paid there is nobody's money."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator

from clinic_env import odoo, process, sql
from clinic_env.settings import Settings

# The options that give each one its port.
_PROGRAMS = {"payment_jazzcash": ("--port",), "payment_easypaisa": ()}
# Only a demo clinic has the parameters: it is told where its sandboxes are now, and no other database is.
_POINT = "UPDATE ir_config_parameter SET value = %s, write_date = now() AT TIME ZONE 'UTC' WHERE key = %s"


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[dict[str, str]]:
    """Let the sandboxes of the demo clinic run meanwhile; return their addresses.

    One that cannot be started leaves its addon without an answer, of which the page of the payment tells.
    """
    addresses, children = {}, []
    try:
        for addon, options in _PROGRAMS.items() if "clinic_demo" in settings.addons else ():
            port = _free_port()
            addresses[addon] = f"http://127.0.0.1:{port}"
            children.append(_start(settings, addon, [*options, str(port)]))
        yield addresses
    finally:
        for child in children:
            child.terminate()
            child.wait()


def point(settings: Settings, server: dict[str, str], addresses: dict[str, str]) -> None:
    """Have the demo clinic ask the sandboxes at these addresses."""
    statements = [(_POINT, address, f"{addon}.local_sandbox") for addon, address in addresses.items()]
    sql.run(settings, server, settings.database, *statements, ("SELECT 1",))


def _start(settings: Settings, addon: str, options: list[str]) -> subprocess.Popen:
    log = settings.logs / f"{addon}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            [settings.python, odoo.ADDONS / addon / "tests" / "sandbox.py", *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # The terminal's Ctrl-C reaches only us.
            start_new_session=True,
            preexec_fn=process.die_with_parent,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
