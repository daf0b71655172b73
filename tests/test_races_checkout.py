"""A double click on Post & Pay makes one invoice and takes each payment once, shown with real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "races" / "checkout_pay.py"


def test_50_double_clicks_on_pay_take_each_payment_once(clone_database):
    clients, rounds = 2, int(os.environ.get("CLINIC_RACE_ROUNDS") or 50)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), clone_database(), str(clients), str(rounds)],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(found["rounds"][:3])
    assert found["rounds"] == [{"taken": 1, "same answer": clients - 1}] * rounds
    assert found["invoices"] == [1] * rounds
    assert found["payments"] == [[100, found["due"] - 100]] * rounds
