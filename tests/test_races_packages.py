"""A session is used once, and a sale, a request and an approval happen once, however many press the button."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "packages.py"


def test_10_processes_use_the_last_session_and_press_the_buttons_of_packages(clone_database):
    clients, rounds = 10, int(os.environ.get("CLINIC_RACE_ROUNDS") or 6)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), clone_database(), str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    outcomes = found.pop("rounds")
    for kind, words in outcomes.items():
        print(kind, words[:3])
    print(found)
    assert outcomes["last"] == [{"used": 1, "charged": clients - 1}] * rounds
    assert outcomes["sale"] == [{"sold": clients}] * rounds, "every click says that it is sold"
    for outcome in outcomes["ask"]:
        assert outcome.pop("asked") == 1
        assert all("asked for already" in word for word in outcome), outcome
    for outcome in outcomes["approve"]:
        assert outcome.pop("approved") == 1
        assert all("decided already" in word for word in outcome), outcome
    assert found["redeemed"] == rounds
    # One of each round was sold before, and one of the two whose refunds are raced; one by the raced sale.
    assert found["courses"] == 4 * rounds
    assert (found["asked"], found["done"]) == (rounds, rounds)
    assert found["deferred"] == found["sessions"]
