"""The demo clinic in the foreground: start, address, stop."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from clinic_env import odoo, process, sql, step
from clinic_env.settings import Failure, Settings

LOGINS = (
    ("reception", "front desk: bookings, checkout"),
    ("practitioner", "doctor: own day, procedures, notes"),
    ("cosmetologist", "cosmetologist: own day, procedures"),
    ("warehouse", "consumables, lots, stock"),
    ("accountant", "invoices, payments, expenses"),
    ("manager", "everything of the clinic, statements"),
    ("patient", "a patient's own pages (portal)"),
    ("admin", "Odoo's administrator"),
)


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, a SIGTERM, or the end of our `make`."""


def stop_on_signals() -> None:
    """Turn the polite signals into one exception, so that each `finally` runs."""

    def handler(signum, _frame):
        for ignored in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ignored, signal.SIG_IGN)  # an impatient second Ctrl-C mustn't cut the cleaning up short
        raise Stopped(signum)

    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, handler)
    parent = os.getppid()
    if process.command_line(parent).split(" ")[0].rpartition("/")[2] in ("make", "gmake"):
        process.die_with_parent()


def pid_file(settings: Settings) -> Path:
    """Holds the number of the Odoo that `make run` started."""
    return settings.home / "odoo.pid"


def stop_orphan(settings: Settings) -> None:
    """Stop the Odoo that a killed run left behind."""
    pid = process.read_pid(pid_file(settings))
    if pid and process.alive(pid) and _is_odoo(settings, pid):
        with step.step(f"stopping the Odoo (process {pid}) that a killed run left"):
            process.end(pid)
    pid_file(settings).unlink(missing_ok=True)


def _is_odoo(settings: Settings, pid: int) -> bool:
    return f"{settings.python} -m odoo" in process.command_line(pid)


def check_port(settings: Settings) -> None:
    """Fail before minutes of set-up rather than after."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.port))
        except OSError:
            raise Failure(
                f"Port {settings.port} is taken by another program. "
                f"Stop that one or choose another: CLINIC_PORT={settings.port + 10} make run"
            ) from None


def point_reports(settings: Settings, server: dict[str, str]) -> None:
    """Have PDFs load their styles from this server, and links lead to it.

    Odoo would take web.base.url, the address that a person last used: another port, perhaps, or a proxy.
    """
    statement = """
        INSERT INTO ir_config_parameter (key, value, create_uid, write_uid, create_date, write_date)
        VALUES ('report.url', %s, 1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
        ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, write_date = EXCLUDED.write_date"""
    here = f"http://127.0.0.1:{settings.port}"
    # Links and the ways back from payments lead here as well, unless the clinic has an address of its own.
    links = """
        UPDATE ir_config_parameter SET value = %s, write_date = now() AT TIME ZONE 'UTC'
        WHERE key = 'web.base.url' AND value ~ '^http://(localhost|127\\.0\\.0\\.1):[0-9]+$'"""
    sql.run(settings, server, settings.database, (statement, here), (links, here), ("SELECT 1",))


def serve(settings: Settings, server: dict[str, str]) -> None:
    """Run Odoo until it ends or we are asked to stop."""
    log = settings.logs / "odoo.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            odoo.command(settings, "-d", settings.database),
            env=odoo.environment(settings, server),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Its own session: the terminal's Ctrl-C reaches only us, and we stop things in order.
            start_new_session=True,
            preexec_fn=process.die_with_parent,
        )
    step.write(pid_file(settings), f"{child.pid}\n")
    try:
        with step.step("Odoo"):
            _wait_for_login_page(settings, child)
            _open_first_page(settings)
        _tell(settings, log)
        child.wait()
        raise _ended(child, log)
    finally:
        _stop(child)
        pid_file(settings).unlink(missing_ok=True)


def _wait_for_login_page(settings: Settings, child: subprocess.Popen, patience: float = 180) -> None:
    deadline = time.monotonic() + patience
    while not _answers(settings):
        if child.poll() is not None:
            raise _ended(child, settings.logs / "odoo.log")
        if time.monotonic() > deadline:
            raise Failure(f"Odoo doesn't answer; its log: {settings.logs / 'odoo.log'}")
        time.sleep(0.2)


def _opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    # Straight to the machine itself: a proxy set in the environment has no business here.
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)


def _open_first_page(settings: Settings) -> None:
    """Open the first page as one of the demo's people, so that nobody else waits while Odoo fills its caches.

    What goes wrong here only makes somebody wait.
    """
    if "clinic_demo" not in settings.addons:
        return
    login, base = LOGINS[0][0], f"http://127.0.0.1:{settings.port}"
    opener = _opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with contextlib.suppress(OSError):
        page = opener.open(f"{base}/web/login", timeout=60).read().decode()
        if token := re.search(r'name="csrf_token" value="([^"]+)"', page):
            form = {"csrf_token": token.group(1), "login": login, "password": login, "redirect": "/odoo"}
            opener.open(f"{base}/web/login", urllib.parse.urlencode(form).encode(), timeout=60).read()
            opener.open(f"{base}/web/session/logout", timeout=60).read()


def _answers(settings: Settings) -> bool:
    opener = _opener()
    try:
        with opener.open(f"http://127.0.0.1:{settings.port}/web/login", timeout=60) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        raise Failure(f"The login page is an error {error.code}; log: {settings.logs / 'odoo.log'}") from None
    except OSError:
        return False


def _ended(child: subprocess.Popen, log: Path) -> Failure:
    tail = log.read_text(errors="replace").splitlines()[-15:]
    return Failure("\n".join([*tail, f"Odoo ended by itself ({child.returncode}); its log: {log}"]))


def _stop(child: subprocess.Popen) -> None:
    if child.poll() is None:
        with step.step("stopping Odoo"):
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _tell(settings: Settings, log: Path) -> None:
    """Say where the clinic is and who can log in."""
    step.say(f"\n  The clinic is open: http://127.0.0.1:{settings.port}\n")
    if "clinic_demo" in settings.addons:
        step.say("  Log in as (the password is the same word):")
        for login, role in LOGINS:
            step.say(f"    {login:<15}{role}")
        step.say(
            "\n  What patients are told stays in the house (trial operation); reception and manager look at it here:"
        )
        step.say(f"    http://127.0.0.1:{settings.port}/odoo/clinic-messages")
    else:
        step.say("  Log in as admin, password admin.")
    step.say(f"\n  Odoo's log: {log}\n  Ctrl-C stops Odoo and the database.\n")
