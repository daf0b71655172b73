"""Workers are killed while a visit is held, paid, notified, processed and confirmed: nothing is lost or paid twice.

A real server, JazzCash's sandbox, and patients who open their link again. ``CLINIC_KILLS=20`` kills so often at each of
the five steps.
"""

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from clinic_env import process
from lxml import html

from odoo.addons.clinic_payment.tests.faults import faults

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import jazzcash  # noqa: E402 (a script's neighbour, found once its folder is)
import kills  # noqa: E402
import server  # noqa: E402
from kills import PATIENCE, Patience  # noqa: E402

KILLS = int(os.environ.get("CLINIC_KILLS") or 5)
STEPS = ("hold", "payment", "notification", "post-processing", "confirmation")
# Rounds without a kill, by which is known how long each step takes.
TRIALS = 2


class Clinic(Patience):
    """The desk, the patients and JazzCash, and what they ask a server that is killed now and then."""

    def __init__(self, address, made, sandbox, database):
        super().__init__(address, database)
        self.made, self.sandbox = made, sandbox
        self.desk = server.direct_session()
        self.desk.cookies["session_id"] = server.log_in(address, database, made["login"])
        self.tokens = []

    def call(self, model, method, *args):
        """Have the desk call a method; return its result, or None where it is refused."""
        kwargs = {"context": {"allowed_company_ids": [self.made["branch"]], "lang": "en_US"}}
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        url = f"{self.address}/web/dataset/call_kw/{model}/{method}"
        answer = self.patiently(lambda: self.desk.post(url, json={"params": params}, timeout=PATIENCE)).json()
        return answer.get("result")

    def start_of(self, number):
        return datetime.fromisoformat(self.made["days"][number // 10]) + timedelta(hours=number % 10)

    def looked(self, patient):
        """Return what has the scheduled actions look, as they do every minute, and tells whether all is done."""

        def look():
            self.run_jobs()
            return patient.is_booked()

        return look


class Patient:
    """Somebody whose visit is booked by phone, and who pays its deposit by the link."""

    def __init__(self, clinic, number):
        self.clinic, self.number, self.start = clinic, number, clinic.start_of(number)
        self.patient, self.browser = clinic.made["patients"][number], server.direct_session()
        self.reference = None

    def hold(self):
        """Let the desk book; where it never heard of its booking, that stands or nothing of it."""
        made = self.clinic.made
        args = (self.patient, [made["laser"]], str(self.start), made["doctor"])
        self.clinic.call("clinic.visit", "book", *args)
        [[self.visit]] = self.clinic.query(
            "SELECT id FROM clinic_visit WHERE patient_id = %s AND state = 'held'", self.patient
        )

    def open(self):
        """Open the link, which the desk has copied; return the page."""
        wizard = self.clinic.call("clinic.payment.ask", "create", [{"visit_id": self.visit}])
        [row] = self.clinic.call("clinic.payment.ask", "read", wizard, ["address", "amount"])
        self.token, self.amount = row["address"].rpartition("/")[2], row["amount"]
        self.clinic.tokens.append(self.token)
        return self.page()

    def page(self):
        address = f"{self.clinic.address}/clinic/pay/{self.token}"
        return self.clinic.patiently(lambda: self.browser.get(address, timeout=PATIENCE)).text

    def pay(self):
        """Press Pay and, on JazzCash's page, confirm."""
        clinic = self.clinic
        params = {
            "provider_id": clinic.made["provider"],
            "payment_method_id": clinic.made["method"],
            "token_id": None,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": "/clinic/pay/done",
            "access_token": self.token,
            "amount": self.amount,
        }
        answer = self._post("/clinic/pay/transaction", json={"params": params}).json()
        assert "result" in answer, answer
        [form] = html.fromstring(answer["result"]["redirect_form_html"]).iter("form")
        leave = self._post(form.action, data=dict(form.form_values()))
        [form] = html.fromstring(leave.text).iter("form")
        clinic.sandbox.page(dict(form.form_values()))
        self.reference = answer["result"]["reference"]
        self.message = clinic.sandbox.result(self.reference, "Completed")

    def notify(self):
        """Let JazzCash tell that it has the money, until it is heard."""
        answer = self._post("/payment/jazzcash/ipn", json=self.message).json()
        assert answer["pp_ResponseCode"] == "000", answer

    def poll(self):
        """Wait on the page that asks for the state until it is known."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._post("/payment/status/poll", json={"params": {}}).json()
            if answer.get("result", {}).get("state") == "done":
                return
            # It was at the same moment as another one.
            time.sleep(0.1)
        raise TimeoutError(str(answer))

    def confirm(self):
        """Be told by JazzCash, and look at nothing: the scheduled action does the rest."""
        self.notify()
        process.wait_until(self.is_booked, patience=3)

    def _post(self, path, **kwargs):
        url = f"{self.clinic.address}{path}"
        return self.clinic.patiently(lambda: self.browser.post(url, timeout=PATIENCE, **kwargs))

    def is_booked(self):
        rows = self.clinic.query("SELECT state, deposit_state FROM clinic_visit WHERE id = %s", self.visit)
        return rows == [("booked", "paid")]


class Kills(kills.Kills):
    """Takes the steps of a payment, and kills the workers at some moment of one of them."""

    def __init__(self, clinic, parent):
        super().__init__(clinic, parent, STEPS, by_crons=("confirmation",))

    def sound(self, patient, step):
        """Nothing is wrong in the database, and nothing is lost or paid twice."""
        found = faults(self.clinic.query)
        assert not found, (step, patient.number, found)

    def story(self, number, step, is_killed):
        """Hold, pay and confirm a visit, and kill the workers at ``step``, if at all."""
        patient, killed = Patient(self.clinic, number), step if is_killed else None
        self.take("hold", patient.hold, killed == "hold")
        self.sound(patient, "hold")
        assert "o_payment_form" in patient.open()
        self.take("payment", patient.pay, killed == "payment")
        self.sound(patient, "payment")
        assert "o_payment_form" in patient.page()
        if step == "confirmation":
            self.take("confirmation", patient.confirm, is_killed, patient.is_booked)
            assert process.wait_until(self.clinic.looked(patient), PATIENCE), "Nobody has confirmed it"
        else:
            self.take("notification", patient.notify, killed == "notification")
            self.sound(patient, "notification")
            # Paid or under way: nobody is asked to pay once more.
            assert "o_payment_form" not in patient.page()
            self.take("post-processing", patient.poll, killed == "post-processing")
        self.sound(patient, "post-processing")
        assert patient.is_booked(), (killed, number)
        assert "This is paid already" in patient.page()
        self.once(patient)

    def once(self, patient):
        """The money was taken once, and once it stands in the books."""
        rows = self.clinic.query(
            """SELECT COUNT(*) FILTER (WHERE tx.state = 'done'), COUNT(payment.id), SUM(payment.amount)
                 FROM payment_transaction tx
            LEFT JOIN account_payment payment ON payment.payment_transaction_id = tx.id
                WHERE tx.clinic_visit_id = %s""",
            patient.visit,
        )
        assert [(done, count, float(amount)) for done, count, amount in rows] == [(1, 1, patient.amount)], rows


@pytest.fixture(scope="module")
def sandbox():
    made = jazzcash.sandbox()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def made(module_database, sandbox):
    """The clinic, whose deposits are 20 % of 5,000."""
    count = len(STEPS) * (KILLS + TRIALS)
    about = {name: getattr(sandbox, name) for name in ("url", "merchant", "password", "salt")}
    command = [sys.executable, str(RACES / "payment_people.py"), module_database, str(count), json.dumps(about)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def told(log, clinic, sandbox):
    """Return what stands in the log and must not."""
    text = log.read_text(errors="replace")
    secrets = {"password": sandbox.password, "salt": sandbox.salt, "Traceback": "Traceback"}
    secrets |= {token: token for token in clinic.tokens}
    secrets |= {name: sandbox.result(name)["pp_SecureHash"] for name in sandbox.payments}
    assert "/clinic/pay/***" in text
    return [name for name, secret in secrets.items() if secret in text]


@pytest.mark.parametrize("step", STEPS)
def test_workers_are_killed(step, module_database, made, sandbox, tmp_path):
    log, crons = tmp_path / "server.log", int(step == "confirmation")
    with server.serving(module_database, log, workers=2, crons=crons, level="info") as address:
        clinic = Clinic(address, made, sandbox, module_database)
        killing = Kills(clinic, int(log.with_suffix(".pid").read_text()))
        first = STEPS.index(step) * (KILLS + TRIALS)
        for number in range(KILLS + TRIALS):
            killing.story(first + number, step, number >= TRIALS)
    print(
        f"\n{step}: {KILLS} kills of {killing.killed} workers, {killing.cut} of them before it was done; usually it "
        f"takes {median(killing.lasts[step]):.2f} s"
    )
    assert told(log, clinic, sandbox) == []
    # Of what somebody has begun and paid twice, JazzCash has taken one.
    assert clinic.query("SELECT COUNT(*) FROM clinic_visit WHERE state = 'held'") == [(0,)]
