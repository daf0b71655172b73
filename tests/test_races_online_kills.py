"""Workers are killed while a visitor keeps a time, books it and is written to: no time is lost, the visitor goes on.

``CLINIC_KILLS=20`` kills so often at each of the three steps.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from clinic_env import process

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import kills  # noqa: E402 (a script's neighbour, found once its folder is)
import server  # noqa: E402
from smtp_sink import Sink  # noqa: E402
from visitor import Visitor  # noqa: E402

KILLS = int(os.environ.get("CLINIC_KILLS") or 5)
STEPS = ("hold", "booking", "confirmation")
# Rounds without a kill, by which is known how long each step takes.
TRIALS = 4

FAULTS = {
    "times that are kept and nobody comes": """
        SELECT reservation.id FROM clinic_reservation reservation
     LEFT JOIN clinic_procedure procedure ON procedure.id = reservation.procedure_id
     LEFT JOIN clinic_visit visit ON visit.id = procedure.visit_id
         WHERE reservation.blocking AND reservation.block_id IS NULL AND reservation.online_hold_id IS NULL
           AND COALESCE(visit.state, 'none') != 'booked'""",
    "visits without their time": """
        SELECT visit.id FROM clinic_visit visit
          JOIN clinic_procedure procedure ON procedure.visit_id = visit.id
         WHERE visit.state = 'booked' AND 2 != (
               SELECT COUNT(*) FROM clinic_reservation reservation
                WHERE reservation.procedure_id = procedure.id AND reservation.blocking)""",
    "one time booked twice": "SELECT start FROM clinic_visit WHERE state = 'booked' GROUP BY start HAVING COUNT(*) > 1",
    "a hold that was used and has no visit": """
        SELECT id FROM clinic_online_hold WHERE used_at IS NOT NULL AND visit_id IS NULL""",
    "visits of no hold": """
        SELECT visit.id FROM clinic_visit visit
         WHERE NOT EXISTS (SELECT FROM clinic_online_hold hold WHERE hold.visit_id = visit.id)""",
}


class Story:
    """One visitor keeps a time, books it, and gets a mail."""

    def __init__(self, clinic, made, number):
        self.clinic, self.number, self.start = clinic, number, made["starts"][number]
        self.visitor = Visitor(clinic.address, made, clinic.patiently, network=f"198.51.100.{number % 250}")

    def hold(self):
        self.page = self.visitor.choose(self.start)
        assert "/details" in self.page.url, (self.page.url, self.page.text[-2000:])

    def book(self):
        page = self.visitor.confirm(self.page, self.number)
        # Who presses once more, as the first answer was lost, reads that it is booked already.
        assert "You are booked" in page.text, page.url

    def is_told(self):
        rows = self.clinic.query(
            """SELECT message.state FROM clinic_message message
                 JOIN clinic_visit visit ON visit.id = message.visit_id
                WHERE visit.start = %s AND address LIKE 'visitor%%'""",
            self.start,
        )
        return rows and {state for [state] in rows} <= {"sent", "unknown"}

    def confirmed(self):
        """The scheduled actions are woken until the mail has left."""

        def look():
            # As if the minutes were over after which a message of a worker that was killed is given up.
            self.clinic.query(
                "UPDATE clinic_message SET claimed_at = claimed_at - interval '1 hour'"
                " WHERE claimed_at < now() AT TIME ZONE 'UTC' - interval '5 seconds' RETURNING id"
            )
            self.clinic.run_jobs()
            return self.is_told()

        # As if the minutes were over after which a change is told.
        self.clinic.query("UPDATE clinic_visit SET write_date = write_date - interval '1 hour' RETURNING id")
        assert process.wait_until(look, kills.PATIENCE), "Nobody has written"


@pytest.fixture(scope="module")
def sink():
    with Sink() as mails:
        yield mails


@pytest.fixture(scope="module")
def made(module_database, sink):
    days = -(-(len(STEPS) * (KILLS + TRIALS) + 1) // 9)
    command = [sys.executable, str(RACES / "online_clinic.py"), module_database, str(days), str(sink.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("step", STEPS)
def test_workers_are_killed(step, module_database, made, sink, tmp_path):
    log, crons = tmp_path / "server.log", int(step == "confirmation")
    words = ("--proxy-mode",)
    with server.serving(module_database, log, workers=2, crons=crons, level="info", words=words) as address:
        clinic = kills.Patience(address, module_database)
        killing = kills.Kills(clinic, int(log.with_suffix(".pid").read_text()), STEPS, by_crons=("confirmation",))
        first = STEPS.index(step) * (KILLS + TRIALS)
        for number in range(first, first + KILLS + TRIALS):
            story, is_killed = Story(clinic, made, number), number >= first + TRIALS
            killing.take("hold", story.hold, is_killed and step == "hold")
            killing.take("booking", story.book, is_killed and step == "booking")
            if step == "confirmation":
                killing.take("confirmation", story.confirmed, is_killed, story.is_told)
            found = {name: rows for name, query in FAULTS.items() if (rows := clinic.query(query))}
            assert not found, (step, number, found)
    print(
        f"\n{step}: {KILLS} kills of {killing.killed} workers, {killing.cut} of them before it was done; it "
        f"takes {min(killing.lasts[step]):.2f} s"
    )
    assert "Traceback" not in log.read_text(errors="replace")
    if step == "confirmation":
        assert all(number == 1 for number in _mails(sink).values()), _mails(sink)


def test_a_visit_is_booked_while_no_mail_server_is_there(module_database, made, sink, tmp_path):
    log, dead = tmp_path / "server.log", 1
    with server.serving(module_database, log, crons=1, words=("--proxy-mode",)) as address:
        clinic = kills.Patience(address, module_database)
        port = "UPDATE ir_mail_server SET smtp_port = %s RETURNING id"
        clinic.query(port, dead)
        story = Story(clinic, made, len(STEPS) * (KILLS + TRIALS))
        story.hold()
        story.book()
        clinic.query("UPDATE clinic_visit SET write_date = write_date - interval '1 hour' RETURNING id")
        clinic.run_jobs()
        tried = (
            "SELECT state, tries FROM clinic_message WHERE visit_start = %s AND address LIKE 'visitor%%' AND tries > 0"
        )
        there = process.wait_until(lambda: clinic.query(tried, story.start), kills.PATIENCE)
        assert there, "Nobody has tried"
        assert clinic.query(tried, story.start) == [("queued", 1)]
        clinic.query(port, sink.port)
        # As if the time to wait had passed.
        clinic.query("UPDATE clinic_message SET send_at = now() AT TIME ZONE 'UTC' - interval '1 minute' RETURNING id")
        story.confirmed()
        clinic.run_jobs()
    assert _mails(sink)[f"visitor{story.number}@example.com"] == 1


def _mails(sink):
    """Return {the address of a visitor: how many mails arrived there}."""
    there = [one for recipients, _text in sink.mails for one in recipients if one.startswith("visitor")]
    return {one: there.count(one) for one in there}
