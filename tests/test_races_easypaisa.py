"""A payment by EasyPaisa is begun once and taken in once, however much happens at the same moment."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "easypaisa.py"


def test_clicks_hints_inquiries_and_post_processing_at_once(clone_database):
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
    # EasyPaisa was asked once to collect, no matter who clicked how often.
    assert found["rounds"] == [{"begun": 1, "too late": clients - 1}] * rounds
    assert found["sent"]["initiate-ma-transaction"] == rounds
    assert found["heard"] == [{"heard": clients}] * rounds
    # Nobody asked twice in the same seconds; each is paid, and one payment stands in the books.
    assert rounds <= found["sent"]["inquire-transaction"] <= 2 * rounds
    assert found["ends"] == [["done", 1, 2500]] * rounds
