"""A visit has one answer, however many browsers send one by its link at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "feedback_answer.py"


def test_10_browsers_answer_by_the_same_link(clone_database):
    clients, rounds = 10, int(os.environ.get("CLINIC_RACE_ROUNDS") or 6)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), clone_database(), str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(found["rounds"][:2])
    for outcome in found["rounds"]:
        assert outcome.pop("stored") == 1
        assert set(outcome) <= {"told", "gone"}, outcome
        assert sum(outcome.values()) == clients - 1
    assert (found["answers"], found["tasks"], found["activities"]) == (rounds, rounds, rounds)
