"""What is done on one board appears on all others: two browsers on a running server."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from clinic_env.chromium import NAMES, Browser

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import server  # noqa: E402 (a script's neighbour, found once its folder is)

PATIENCE = 90


class Screen(Browser):
    """The day board in a browser of its own."""

    def open_board(self, address: str, session: str) -> None:
        """Open the board with the session of somebody who has logged in."""
        size = {"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Network.setCookie", name="session_id", value=session, url=address)
        self.call("Page.navigate", url=f"{address}/odoo/board")
        self.wait_for("document.querySelector('.o_clinic_board_column')")

    def wait_for(self, condition: str) -> float:
        """Wait until the JavaScript ``condition`` holds on the page; return the seconds that it took."""
        begun = time.monotonic()
        while not self.ask(f"Boolean({condition})"):
            assert time.monotonic() - begun < PATIENCE, f"{condition}\n{self.ask('document.body.innerText')}"
            time.sleep(0.05)
        return time.monotonic() - begun

    def click(self, selector: str) -> None:
        """Click the element."""
        self.ask(f"document.querySelector({json.dumps(selector)}).click()")

    def ask(self, expression: str):
        """Return the value of the JavaScript ``expression`` on the page."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")


def book(address: str, session: str, made: dict) -> None:
    """Book as a program does, over HTTP."""
    desk = server.direct_session()
    desk.cookies["session_id"] = session
    words = [made["patient"], [made["treatment"]], made["start"], made["doctor"]]
    context = {"allowed_company_ids": [made["branch"]]}
    params = {"model": "clinic.visit", "method": "book", "args": words, "kwargs": {"context": context}}
    answer = desk.post(f"{address}/web/dataset/call_kw/clinic.visit/book", json={"params": params}, timeout=60).json()
    assert "error" not in answer, answer


def test_two_boards_show_the_same(clone_database, tmp_path):
    database = clone_database()
    script = [sys.executable, str(RACES / "board_clinic.py"), database]
    made = json.loads(subprocess.run(script, capture_output=True, text=True, timeout=600, check=True).stdout)
    program = next(filter(None, map(shutil.which, NAMES)))
    with (
        server.serving(database, tmp_path / "odoo.log") as address,
        Screen(program, str(tmp_path / "one")) as one,
        Screen(program, str(tmp_path / "other")) as other,
    ):
        sessions = [server.log_in(address, database, login) for login in made["logins"]]
        one.open_board(address, sessions[0])
        other.open_board(address, sessions[1])
        for screen in (one, other):
            assert not screen.ask("document.querySelectorAll('.o_clinic_board_card').length")

        book(address, sessions[1], made)
        waits = [screen.wait_for("document.querySelector('.o_clinic_board_card')") for screen in (one, other)]
        print(f"\nbooked by a program, on both boards after {sum(waits):.2f} s")

        one.click(".o_clinic_board_card [data-step=arrive]")
        waited = other.wait_for("document.querySelector('.o_clinic_board_card [data-step=start]')")
        print(f"arrived on one board, on the other after {waited:.2f} s")

        other.click(".o_clinic_board_card [data-step=start]")
        waited = one.wait_for("document.querySelector('.o_clinic_board_card [data-step=done]')")
        print(f"started on the other board, on the first after {waited:.2f} s")
        log = (tmp_path / "odoo.log").read_text(errors="replace")
        assert "Traceback" not in log, log[-3000:]
