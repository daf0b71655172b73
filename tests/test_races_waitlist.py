"""Twenty who wait take the same time at the same moment: one is booked, the others read it and stay on the list."""

import json
import subprocess
import sys
from pathlib import Path

RACES = Path(__file__).parent / "races"


def test_twenty_take_one_time(clone_database):
    clients, rounds = 20, 6
    done = subprocess.run(
        [sys.executable, str(RACES / "waitlist.py"), clone_database(), str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    for number, (outcome, facts) in enumerate(zip(found["rounds"], found["found"], strict=True)):
        print(number, outcome, facts)
        assert outcome.get("booked") == 1, outcome
        # Some find it taken, some that the offer was withdrawn in the meantime.
        assert outcome.get("taken", 0) + outcome.get("over", 0) == clients - 1, outcome
        assert facts == {"visits": 1, "booked": 1, "waiting": clients - 1, "messages": clients}, facts
