"""A payment by JazzCash is taken in once and given back once, however much happens at the same moment."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "jazzcash.py"
REFUSALS = ("Somebody else is refunding", "has not said whether", "can still be refunded")


def test_messages_inquiries_and_refunds_at_once(clone_database):
    clients, rounds = 12, int(os.environ.get("CLINIC_RACE_ROUNDS") or 6)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), clone_database(), str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["heard"] == [{"heard": clients}] * rounds
    # One payment in the books of each, all of them made.
    assert found["ends"] == [["done", 1]] * rounds
    for outcome in found["rounds"]:
        print(outcome)
        assert outcome.pop("done") == 1
        assert sum(outcome.values()) == clients - 1
        assert all(any(words in refusal for words in REFUSALS) for refusal in outcome), outcome
    # JazzCash was asked once, and the patient's credit is what is left.
    assert found["sent"] == [150000] * rounds
    assert found["owed"] == [-1000] * rounds
    assert found["left"] == [1000] * rounds
