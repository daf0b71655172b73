"""Print the table of `make bench-journeys`: the taps and waits of a day at the clinic, in a real browser.

python tests/bench/journeys.py DATABASE [J1 J8 …]
    a copy of the demo clinic, which the journeys change

Each journey begins at its role's home; budgets are the product's own. A wait is the sum of what a person waits for
after each tap, with a warm server and browser. The exit code is 1 if a journey takes more taps than its budget; the
waits depend on the machine, so they are only printed beside theirs.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import connection

connection.start()

from hand import Hand, at_work, browser  # noqa: E402
from journeys_data import Clinic  # noqa: E402
from journeys_list import JOURNEYS  # noqa: E402


@contextlib.contextmanager
def _server(database: str):
    """An Odoo of its own on ``database``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        "-d",
        database,
        f"--db-filter=^{database}$",
        f"--http-port={port}",
        "--max-cron-threads=0",
        "--log-level=error",
    ]
    child = subprocess.Popen([sys.executable, "-m", "odoo", *words], stdin=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(600):
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            time.sleep(0.2)
        yield base
    finally:
        child.terminate()
        child.wait()


def _row(*cells: str) -> str:
    number, what, taps, budget, wait, allowed, reached, each = cells
    return f"{number:<4}  {what:<62}  {taps:>5}  {budget:>6}  {wait:>7}  {allowed:>7}  {reached:<11}  {each}"


def main(database: str, *wanted: str) -> int:
    chosen = [journey for journey in JOURNEYS if not wanted or journey.number in wanted]
    clinic = Clinic(database)
    clinic.live_on()
    reached = True
    rows = []
    with _server(database) as base, browser() as running:
        for journey in chosen:
            facts = journey.prepare(clinic) if journey.prepare else None
            with at_work(running, base, journey.login, journey.size, journey.home) as page:
                hand = Hand(page)
                try:
                    journey.walk(hand, facts)
                except Exception:
                    picture = Path(tempfile.gettempdir(), f"journey-{journey.number}.png")
                    page.screenshot(path=picture)
                    print(f"{journey.number} stopped after {hand.taps} taps: {picture}", flush=True)
                    raise
            within = journey.taps is None or hand.taps <= journey.taps
            reached = reached and within
            rows.append(
                _row(
                    journey.number,
                    f"{journey.login}: {journey.text}",
                    str(hand.taps),
                    "native" if journey.taps is None else str(journey.taps),
                    f"{sum(hand.waits):.2f} s",
                    f"{journey.wait:g} s" if journey.wait else "native" if journey.taps is None else "–",
                    "yes" if within else "NO",
                    " ".join(f"{wait:.2f}" for wait in hand.waits),
                )
            )
            print(rows[-1], flush=True)
    print(f"\nload {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors\n")
    print(_row("", "", "taps", "budget", "wait", "budget", "taps within", "each wait"))
    print("\n".join(rows))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
