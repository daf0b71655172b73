"""Twenty people press the button at once: real clients over HTTP against a running server.

``CLINIC_RACE_ROUNDS=100 make test ARGS="-k races_server -s"`` runs each race a hundred times and prints the table.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles

import psycopg2
import pytest

RACES = Path(__file__).parent / "races"
sys.path.append(str(RACES))

import server  # noqa: E402 (a script's neighbour, found once its folder is)
from booking import OVERLAPS  # noqa: E402

CLIENTS = 20
SLOTS_A_DAY = 6
DAYS_A_RACE = 20
REFUSALS = {"UserError", "ValidationError", "SlotTaken"}
NOT_FOR_PEOPLE = ("Traceback", "psycopg2", "Error:", "could not serialize", "deadlock", "clinic_reservation")


def rounds(default: int) -> int:
    """How many rounds each race has."""
    return int(os.environ.get("CLINIC_RACE_ROUNDS", default))


def run(script: str, *words: str, **options) -> object:
    """Run a script of the races in a process of its own and return what it printed."""
    command = [sys.executable, str(RACES / script), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3600, check=False, **options)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@dataclass
class Clinic:
    """The clinic of the races behind a server, and the requests that its receptionists send."""

    address: str
    database: str
    log: Path
    made: dict
    sessions: list[str]

    def __getattr__(self, name):
        return self.made[name]

    def starts(self, race: int, count: int) -> list[datetime]:
        """The times (UTC) of ``count`` rounds, every two hours of the opening time, on days of this race alone."""
        first = datetime.fromisoformat(self.made["start"]) + timedelta(days=race * DAYS_A_RACE)
        places = (divmod(number, SLOTS_A_DAY) for number in range(count))
        return [first + timedelta(days=day, hours=2 * place) for day, place in places]

    def call(self, model: str, method: str, *args, **kwargs) -> dict:
        kwargs["context"] = {"allowed_company_ids": [self.branch], "lang": "en_US"}
        return {"model": model, "method": method, "args": list(args), "kwargs": kwargs}

    def book(self, client: int, start: datetime, practitioner=None, treatment=None, **kwargs) -> dict:
        words = (self.patients[client], [treatment or self.facial], str(start), practitioner)
        return self.call("clinic.visit", "book", *words, **kwargs)

    def race(self, name: str, plan: list[list[dict]], before: list[dict] | None = None) -> list["Round"]:
        """Run the rounds, print their line of the table and return them; what must always hold is asserted."""
        setups = before or [None] * len(plan)
        acts = [
            {"before": first, "ahead": number % 6 / 10, "calls": calls}
            for number, (first, calls) in enumerate(zip(setups, plan, strict=True))
        ]
        given = {"address": self.address, "sessions": self.sessions, "rounds": acts}
        found = [Round(answers) for answers in run("clients.py", input=json.dumps(given))]
        [[overlaps]] = self.query(OVERLAPS)
        report(name, found, overlaps)
        check(found, overlaps)
        return found

    def query(self, statement: str, *values) -> list[tuple]:
        with psycopg2.connect(dbname=self.database) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def blocking(self, start: datetime) -> int:
        """How many visits hold a practitioner at this time."""
        statement = """
            SELECT count(DISTINCT p.visit_id) FROM clinic_reservation r JOIN clinic_procedure p ON p.id = r.procedure_id
             WHERE r.blocking AND p.start < %s AND p.stop > %s"""
        return self.query(statement, start + timedelta(minutes=30), start)[0][0]


class Round:
    """What came of one round: an answer for each client."""

    def __init__(self, answers: list[dict]):
        self.answers = answers
        self.won = [client for client, answer in enumerate(answers) if not answer["error"]]
        self.lost = [answer for answer in answers if answer["error"]]


def check(found: list[Round], overlaps: int) -> None:
    """Assert what every race promises: no overlap, no failure, and a reason for each refusal, soon."""
    answers = [answer for outcome in found for answer in outcome.answers]
    assert {answer["status"] for answer in answers} == {200}
    lost = [answer for outcome in found for answer in outcome.lost]
    assert {answer["error"].rpartition(".")[2] for answer in lost} <= REFUSALS, Counter(
        (answer["error"], answer["text"]) for answer in lost
    )
    for text in {answer["text"] for answer in lost}:
        assert len(text.split()) > 5 and text.endswith((".", "?")), text
        assert not [word for word in NOT_FOR_PEOPLE if word in text], text
    assert overlaps == 0
    assert percentile([answer["seconds"] for answer in lost], 95) < 5


def percentile(values: list[float], rank: int) -> float:
    return quantiles(values, n=100)[rank - 1] if len(values) > 1 else sum(values)


def report(name: str, found: list[Round], overlaps: int) -> None:
    """Print one line of the table."""
    answers = [answer for outcome in found for answer in outcome.answers]
    lost = [answer for outcome in found for answer in outcome.lost]
    refused = [answer for answer in lost if answer["error"].rpartition(".")[2] in REFUSALS]
    winners = Counter(len(outcome.won) for outcome in found)
    all_times, lost_times = ([answer["seconds"] for answer in some] for some in (answers, lost))
    cells = {
        "rounds": len(found),
        "winners a round": ", ".join(f"{won} in {times}" for won, times in sorted(winners.items())),
        "refused": len(refused),
        "other errors": len(lost) - len(refused),
        "5xx": sum(answer["status"] >= 500 for answer in answers),
        "all p50/p95": f"{percentile(all_times, 50):.2f}/{percentile(all_times, 95):.2f} s",
        "losers p50/p95": f"{percentile(lost_times, 50):.2f}/{percentile(lost_times, 95):.2f} s",
        "overlaps": overlaps,
    }
    print(f"\n{name:32}", " | ".join(f"{title} {value}" for title, value in cells.items()), flush=True)


@pytest.fixture(scope="module")
def clinic(module_database, tmp_path_factory):
    made = run("clinic.py", module_database, str(CLIENTS))
    log = tmp_path_factory.mktemp("server") / "odoo.log"
    with server.serving(module_database, log) as address:
        people = [server.log_in(address, module_database, login) for login in made["logins"]]
        sessions = [people[client % len(people)] for client in range(CLIENTS)]
        yield Clinic(address, module_database, log, made, sessions)
        assert "Traceback" not in log.read_text(errors="replace")


def test_one_slot_of_one_practitioner(clinic):
    starts = clinic.starts(0, rounds(10))
    plan = [[clinic.book(client, start, clinic.doctor) for client in range(CLIENTS)] for start in starts]
    assert [len(outcome.won) for outcome in clinic.race("one slot", plan)] == [1] * len(plan)


def test_partly_overlapping_times(clinic):
    plan = [
        [clinic.book(client, start + timedelta(minutes=5 * (client % 6)), clinic.doctor) for client in range(CLIENTS)]
        for start in clinic.starts(1, rounds(5))
    ]
    assert [len(outcome.won) for outcome in clinic.race("partial overlaps", plan)] == [1] * len(plan)


def test_one_room_for_many_practitioners(clinic):
    people, treatment = clinic.one_room["practitioners"], clinic.one_room["treatment"]
    plan = [
        [clinic.book(client, start, people[client], treatment) for client in range(CLIENTS)]
        for start in clinic.starts(2, rounds(5))
    ]
    assert [len(outcome.won) for outcome in clinic.race("one room", plan)] == [1] * len(plan)


def test_any_practitioner_gives_as_many_winners_as_there_are(clinic):
    free, treatment = len(clinic.anybody["practitioners"]), clinic.anybody["treatment"]
    plan = [
        [clinic.book(client, start, None, treatment) for client in range(CLIENTS)]
        for start in clinic.starts(3, rounds(5))
    ]
    assert [len(outcome.won) for outcome in clinic.race("any practitioner", plan)] == [free] * len(plan)


def moved_and_booked(clinic, race, move):
    """Rounds in which every other client moves an existing visit to the slot that the others book."""
    movers = range(0, CLIENTS, 2)
    day = clinic.starts(race, 1)[0] + timedelta(days=DAYS_A_RACE - 1)
    home = [[clinic.book(client, day + timedelta(minutes=30 * client), clinic.doctor)] for client in movers]
    visits = dict(zip(movers, existing(clinic, home), strict=True))
    return [
        [
            move(visits[client], start) if client in visits else clinic.book(client, start, clinic.doctor)
            for client in range(CLIENTS)
        ]
        for start in clinic.starts(race, rounds(5))
    ]


def existing(clinic, calls):
    """The visits that these calls make, one after the other."""
    acts = [{"before": None, "ahead": 0, "calls": call} for call in calls]
    given = {"address": clinic.address, "sessions": clinic.sessions[:1], "rounds": acts}
    return [answer["result"][0] for [answer] in run("clients.py", input=json.dumps(given))]


def test_reschedule_against_book(clinic):
    plan = moved_and_booked(
        clinic, 4, lambda visit, start: clinic.call("clinic.visit", "reschedule", [visit], str(start))
    )
    assert [len(outcome.won) for outcome in clinic.race("reschedule against book", plan)] == [1] * len(plan)


def test_drag_against_book(clinic):
    def drag(visit, start):
        [[procedure]] = clinic.query("SELECT id FROM clinic_procedure WHERE visit_id = %s", visit)
        return clinic.call("clinic.procedure", "move", [procedure], start=str(start))

    plan = moved_and_booked(clinic, 5, drag)
    assert [len(outcome.won) for outcome in clinic.race("drag against book", plan)] == [1] * len(plan)


def test_confirm_against_the_end_of_the_hold(clinic):
    """Anyone who comes first has it, and never both: the one who confirms a hold, or one who books what it held."""
    starts = clinic.starts(6, rounds(5))
    # Odoo's clock ticks in seconds: a hold of a second runs out with the next tick or the one after it.
    holds = [clinic.book(0, start, clinic.doctor, hold_minutes=1 / 60) for start in starts]
    plan = [
        [
            clinic.book(client, start, clinic.doctor)
            if client % 2
            else clinic.call("clinic.visit", "action_confirm", ["$made"])
            for client in range(CLIENTS)
        ]
        for start in starts
    ]
    confirmed = booked = 0
    for start, outcome in zip(starts, clinic.race("confirm against expiry", plan, holds), strict=True):
        confirms, books = ([client for client in outcome.won if client % 2 == odd] for odd in (0, 1))
        assert len(books) <= 1 and not (confirms and books)
        assert clinic.blocking(start) <= 1
        if confirms or books:
            assert clinic.blocking(start) == 1
        confirmed, booked = confirmed + bool(confirms), booked + bool(books)
    print(f"{'':32} confirmed in {confirmed} rounds, booked by another in {booked}")
