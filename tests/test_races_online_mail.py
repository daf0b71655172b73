"""The mail server is down while somebody books online: it works, and each mail leaves once when it is back."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "online_mail.py"


def test_mails_leave_once_after_the_mail_server_is_back_and_the_calendar_follows(clone_database):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), clone_database()], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(json.dumps(found, indent=1))
    assert found["down"] == [
        ["booked", "patient", "queued"],
        ["online_code", "patient", "queued"],
    ]
    assert found["known"] == [False, True, 2, ["sara@example.com"]]
    assert [row[0] for row in found["booked"]] == ["sara@example.com"] * 2, "the visit and the code"
    uids, seen = set(), []
    for step in ("booked", "moved", "cancelled"):
        if step != "booked":
            assert [row[0] for row in found[step]] == ["sara@example.com"], step
        [(_to, method, uid, sequence, status, start)] = [row for row in found[step] if len(row) > 1]
        uids.add(uid)
        seen.append((method, sequence, status, start[:19]))
    first, second = found["moments"]
    assert len(uids) == 1
    assert seen == [
        ("PUBLISH", "0", "CONFIRMED", first),
        ("PUBLISH", "1", "CONFIRMED", second),
        ("CANCEL", "2", "CANCELLED", second),
    ]
    assert {state for _code, _recipient, state in found["end"]} == {"sent"}
