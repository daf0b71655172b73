"""Ten visitors choose one time online at the same moment: one has it, the others read that it was just taken."""

import json
import subprocess
import sys
from pathlib import Path

RACES = Path(__file__).parent / "races"


def test_ten_visitors_for_one_time(clone_database):
    clients, rounds = 10, 12
    done = subprocess.run(
        [sys.executable, str(RACES / "online.py"), clone_database(), str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    for number, (outcome, facts) in enumerate(zip(found["rounds"], found["found"], strict=True)):
        print(number, outcome, facts)
        assert not [word for word in outcome if word.startswith("failed")], outcome
        assert facts["reservations"] == 1, facts
        one_visitor, books = number % 3 == 2, not number % 2
        assert (facts["visits"], facts["holds"]) == ((1, 0) if books else (0, 1)), facts
        won = outcome.get("booked", 0) + outcome.get("kept", 0)
        # One visitor who presses ten times keeps one time, or books it once.
        assert won == 1 or (one_visitor and won + outcome.get("already", 0) == clients), outcome
        assert facts["patients"] == ({"Racer": 1} if books else {}), facts
