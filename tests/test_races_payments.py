"""A payment that arrives while its hold runs out is counted once, and one visit has the time, whichever is faster."""

import json
import subprocess
import sys
from pathlib import Path

RACES = Path(__file__).parent / "races"


def test_payments_expiries_and_bookings_at_the_same_moment(clone_database):
    clients, rounds = 8, 12
    done = subprocess.run(
        [sys.executable, str(RACES / "payments.py"), clone_database(), str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    for outcome, facts in zip(found["rounds"], found["found"], strict=True):
        print(outcome, facts)
        assert not [word for word in outcome if word.startswith("failed")], outcome
        # Never double, never lost: one payment, all of it the patient's credit, with a visit to come or a task.
        assert (facts["payments"], facts["open"], facts["live"]) == (1, True, 1), facts
        if facts["outcome"] in ("confirmed", "rebooked"):
            assert (facts["its visit"], facts["tasks"]) == ("booked", 0), facts
        else:
            assert (facts["outcome"], facts["its visit"], facts["tasks"]) == ("credit", "cancelled", 1), facts
