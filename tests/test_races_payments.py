"""A payment that arrives while its hold runs out is counted once, and one visit has the time, whichever is faster."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

RACES = Path(__file__).parent / "races"


def race(script: str, database: str, clients: int, rounds: int) -> dict:
    """Run a script of the races and return what it reports."""
    done = subprocess.run(
        [sys.executable, str(RACES / script), database, str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_payments_expiries_and_bookings_at_the_same_moment(clone_database):
    found = race("payments.py", clone_database(), 8, 12)
    for outcome, facts in zip(found["rounds"], found["found"], strict=True):
        print(outcome, facts)
        assert not [word for word in outcome if word.startswith("failed")], outcome
        # Never double, never lost: one payment, all of it the patient's credit, with a visit to come or a task.
        assert (facts["payments"], facts["open"], facts["live"]) == (1, True, 1), facts
        if facts["outcome"] in ("confirmed", "rebooked"):
            assert (facts["its visit"], facts["tasks"]) == ("booked", 0), facts
        else:
            assert (facts["outcome"], facts["its visit"], facts["tasks"]) == ("credit", "cancelled", 1), facts


def test_twenty_pay_give_up_and_book_one_time(clone_database):
    """One visit has the time; of five that are paid one at most is used, and the others' money is credit with a task.

    ``CLINIC_RACE_ROUNDS=50`` runs more rounds.
    """
    rounds = int(os.environ.get("CLINIC_RACE_ROUNDS") or 6)
    found = race("one_slot.py", clone_database(), 20, rounds)
    words = Counter()
    for outcome, facts in zip(found["rounds"], found["found"], strict=True):
        print(outcome, facts)
        for word, count in outcome.items():
            words[word.partition(":")[0]] += count
        assert not [word for word in outcome if word.startswith("failed")], outcome
        assert (facts["payments"], facts["transactions"], len(facts["live"])) == (5, 5, 1), facts
        assert facts["used"] <= 1 and len(facts["others"]) == 5 - facts["used"], facts
        assert facts["who paid has the time"], facts
        assert set(facts["others"]) <= {"credit"} and facts["credit"] and facts["tasks"] and facts["to do"], facts
    assert found["faults"] == []
    used = Counter(facts["used"] for facts in found["found"])
    print(f"{rounds} rounds, {found['left']} left to the scheduled action; payments used: {dict(used)}; {dict(words)}")
