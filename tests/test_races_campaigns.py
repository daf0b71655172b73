"""A campaign reaches each of its recipients once, whenever the process that sends it dies."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "campaign_once.py"
KILLS = 34


def test_a_campaign_whose_sender_is_killed_at_any_step_reaches_each_once(clone_database):
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
    people = 4 * KILLS
    assert found["died"]["killed"] == KILLS
    # One patient of that clinic has not agreed.
    assert found["recipients"] == {"sent": people, "left_out": 1}
    assert found["a_person"] == 1
    assert found["doubles"] == []
    assert found["sent_and_not_arrived"] == []
    assert found["arrived_and_not_listed"] == []
    assert set(found["messages"]) == {"sent", "unknown"}, "none is left waiting or in somebody's hands"
    assert sum(found["messages"].values()) == people
    # Whom a worker had in hand when it died is not written to again: of the others each has it.
    assert people - found["arrived"] <= found["messages"]["unknown"] <= KILLS
    assert found["state"] == "done"
    assert found["left in the outbox"] == 0
