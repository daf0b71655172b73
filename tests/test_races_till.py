"""A till is closed once, and counted once at a time, however many press the button."""

import json
import subprocess
import sys
from pathlib import Path

RACES = Path(__file__).parent / "races"


def run(script, *words):
    """Run ``script`` in a process of its own and return what it reports."""
    done = subprocess.run(
        [sys.executable, str(RACES / script), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_5_processes_close_one_till(clone_database):
    clients, rounds = 5, 4
    found = run("till.py", clone_database(), clients, rounds)
    for number, outcome in enumerate(found["rounds"]):
        print(number, outcome)
        word = "begun" if number % 2 else "closed"
        assert outcome.pop(word) == 1
        assert sum(outcome.values()) == clients - 1
        expected = "counted already" if number % 2 else "closed already"
        assert all(expected in other for other in outcome), outcome
    assert found["tills"] == rounds
    # Each has its deposit and its difference, once.
    assert found["entries"] == [2] * rounds


def test_a_count_is_not_written_behind_its_closing(clone_database):
    found = run("till_count.py", clone_database())
    assert "its count is not changed" in found["outcome"], found
    assert (found["state"], found["counted"], found["left"]) == ("closed", 7, 4)
