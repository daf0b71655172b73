"""A patient is called by one colleague at a time, however many open the call at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "due_call.py"


def test_10_receptionists_open_the_same_call(clone_database):
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
        assert outcome.pop("opened") == 1
        assert all("Take the next one" in word for word in outcome), outcome
        assert sum(outcome.values()) == clients - 1
    assert found["callers"] == rounds
