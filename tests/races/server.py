"""A real Odoo server, with threads as in config/odoo-dev.conf, on a port of its own."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from clinic_env import process

LISTEN = Path(__file__).parents[2] / "docker" / "listen.py"


@contextmanager
def serving(
    database: str, log: Path, workers: int = 0, crons: int = 0, level: str = "warn", words: tuple[str, ...] = ()
) -> Iterator[str]:
    """Serve ``database`` and yield the address; ODOO_RC names the configuration, as for every Odoo here.

    With ``workers`` there are so many processes, as in production; their parent's number stands beside ``log``. Without
    ``crons`` no scheduled action is run: those of the whole suite would be measured with the clients.
    """
    port = _free_port()
    options = {
        "--database": database,
        "--db-filter": f"^{database}$",
        "--http-port": port,
        "--workers": workers,
        "--gevent-port": _free_port(),
        "--max-cron-threads": crons,
        "--log-level": level,
    }
    words = [*words, *(f"{name}={value}" for name, value in options.items())]
    # With several processes as in production, where many come in one moment.
    listen = [sys.executable, str(LISTEN), "--port", str(port)] if workers else []
    with log.open("wb") as output:
        child = subprocess.Popen(
            # A file: with workers Odoo starts itself once more, for the websocket, by the file that it was started by.
            [*listen, sys.executable, str(Path(__file__).with_name("odoo_main.py")), *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=process.die_with_parent,
        )
    log.with_suffix(".pid").write_text(str(child.pid))
    address = f"http://127.0.0.1:{port}"
    try:
        ready = process.wait_until(lambda: child.poll() is not None or _answers(address), patience=180)
        assert ready and child.poll() is None, log.read_text(errors="replace")[-3000:]
        yield address
    finally:
        process.end(child.pid)
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(address: str) -> bool:
    try:
        # The login page loads the registry, so that no client waits for it.
        return direct_session().get(f"{address}/web/login", timeout=60).ok
    except requests.ConnectionError:
        return False


def direct_session() -> requests.Session:
    """A session that goes straight to this machine, whatever proxy the environment names."""
    session = requests.Session()
    session.trust_env = False
    return session


def log_in(address: str, database: str, login: str) -> str:
    """Log in as a browser does, with a password that equals the login, and return the number of the session."""
    session = direct_session()
    params = {"db": database, "login": login, "password": login}
    answer = session.post(f"{address}/web/session/authenticate", json={"params": params}, timeout=60)
    assert answer.ok and answer.json().get("result", {}).get("uid"), answer.text[:2000]
    return session.cookies["session_id"]
