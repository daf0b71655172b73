"""A message is sent once, whenever the process that sends it dies."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "message_once.py"
KILLS = 50


def test_a_worker_that_is_killed_at_any_step_sends_nothing_twice_and_loses_nothing(clone_database):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), clone_database(), str(KILLS)],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(found)
    assert found["down"] == {"sms queued": 45, "email queued": 45}
    assert found["died"] == {"killed": KILLS, "0": 1}
    assert found["together"] == {"0": 2}
    assert found["doubles"] == []
    assert found["sent_and_not_arrived"] == []
    assert found["arrived_and_not_listed"] == []
    assert set(found["states"]) == {"sent", "unknown"}, "none is left waiting or in somebody's hands"
    assert sum(found["states"].values()) == found["messages"]
