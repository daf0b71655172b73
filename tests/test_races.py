"""What must hold when many people press the button at once, shown with real processes and real commits."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2

RACES = Path(__file__).parent / "races"


def run(script: str, database: str, **numbers: int) -> dict:
    done = subprocess.run(
        [sys.executable, str(RACES / script), database, *map(str, numbers.values())],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_20_clients_on_one_slot_give_one_booking(clone_database):
    database = clone_database()
    with psycopg2.connect(dbname=database) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'clinic_reservation'::regclass AND contype = 'x'"
        )
        [(definition,)] = cursor.fetchall()
    assert definition.startswith("EXCLUDE USING gist")
    result = run("booking.py", database, clients=20, rounds=20)
    for number, outcome in enumerate(result["rounds"], 1):
        print(f"round {number}: {outcome}")
        assert outcome.pop("won") == 1
        assert sum(outcome.values()) == 19
        assert all(word.startswith("refused: ") and "booked" in word for word in outcome), outcome
    print(f"overlaps {result['overlaps']}, visits {result['visits']}")
    assert result["overlaps"] == 0
    assert result["visits"] == 20


def test_a_double_click_on_checkout_gives_one_invoice(clone_database):
    result = run("checkout.py", clone_database(), clients=4, rounds=5)
    for number, outcome in enumerate(result["rounds"], 1):
        print(f"round {number}: {outcome}")
        assert outcome == {"invoiced": 1, "opened": 3}
    assert result["invoices"] == [1] * 5


def test_others_who_press_generate_approve_or_book_make_nothing_twice(clone_database):
    clients, rounds = 5, int(os.environ.get("CLINIC_RACE_ROUNDS") or 8)
    result = run("statements.py", clone_database(), clients=clients, rounds=rounds)
    steps = result["rounds"]
    for number, outcome in enumerate(steps, 1):
        print(f"step {number}: {outcome}")
    for made, approved, booked in zip(steps[0::3], steps[1::3], steps[2::3], strict=True):
        assert made == {"made": clients}
        assert approved.pop("approved") == booked.pop("booked") == 1
        assert sum(approved.values()) == sum(booked.values()) == clients - 1
        assert all("has passed this step already" in word for word in approved), approved
        assert all("is booked already" in word for word in booked), booked
    # Two practitioners a month, each with one statement, one row of its tiers, one document; 3,000 at 40 percent.
    assert result["statements"] == result["figures"] == result["documents"] == 2 * rounds
    assert result["amounts"] == [1200.0] * (2 * rounds)


def test_10_processes_take_the_last_unit_of_a_lot_and_one_gets_it(clone_database):
    rounds = int(os.environ.get("CLINIC_RACE_ROUNDS") or 8)
    result = run("last_unit.py", clone_database(), clients=10, rounds=rounds, mixed=4)
    wins = [outcome.pop("won", 0) for outcome in result["rounds"]]
    print(f"wins {Counter(wins)}, below zero {result['below_zero']}, left {result['left']}")
    assert wins == [1] * (rounds + 4)
    for outcome in result["rounds"]:
        assert sum(outcome.values()) == 9
        assert all(word.startswith("refused: Not enough") for word in outcome), outcome
    assert (result["below_zero"], result["left"], result["open_vials"]) == (0, 0, 0)


def test_whatever_is_logged_while_a_visit_is_checked_out_is_charged_or_refused(clone_database):
    clients, rounds = 5, 8
    result = run("checkout_items.py", clone_database(), clients=clients, rounds=rounds)
    for number, outcome in enumerate(result["rounds"], 1):
        print(f"round {number}: {outcome}")
        assert outcome.pop("checked out") == 1
        assert outcome.pop("logged", 0) + sum(outcome.values()) == clients - 1
        assert all("has been checked out" in word for word in outcome), outcome
    print(f"logged {result['logged']}, charged {result['billed']}")
    assert 0 < result["logged"] == result["billed"]


def test_20_sign_ups_beside_20_bookings_make_nobody_start_again(clone_database):
    result = run("sign_ups.py", clone_database(), clients=40, rounds=4)
    for number, outcome in enumerate(result["rounds"], 1):
        print(f"round {number}: {outcome}")
        assert outcome == {"signed up": 20, "booked": 20}


def test_each_transaction_searches_with_the_facts_of_its_own_time(clone_database):
    result = run("facts.py", clone_database())
    opens = datetime.fromisoformat(result["start"])  # eight o'clock
    assert result["before"] == str(opens)
    assert result["after"] == result["after that"] == str(opens + timedelta(hours=2))
    assert result["in a transaction that is undone"] == str(opens + timedelta(hours=4))
    assert result["after it was undone"] == str(opens + timedelta(hours=2))


def test_the_access_log_stays_one_chain_under_many_writers(clone_database):
    clients, rounds = 6, 10
    result = run("access_log.py", clone_database(), clients=clients, rounds=rounds)
    for outcome in result["rounds"]:
        assert outcome == {"refused: denied": clients}
    # Every client names every patient, and every attempt was rolled back; the patient it made never was.
    each = clients * clients * rounds
    assert result["counts"] == {"export": each, "denied": each}
    assert result["verified"]["ok"], result["verified"]
    assert result["verified"]["rows"] == 2 * each


def test_schedulers_that_run_at_once_tell_a_buyer_once(clone_database):
    result = run("reorder.py", clone_database(), clients=4)
    for outcome in result["rounds"]:
        print(outcome)
        assert outcome.pop("told") >= 1
        # Anyone who comes second to the same lots is refused by the unique index.
        assert all(word.startswith("refused: ") and "told of this lot" in word for word in outcome), outcome
    assert result["mails"] == ["Items to reorder: 3", "Lots that expire soon: 3"]
    assert result["activities"] == ["product.template"] * 3 + ["stock.lot"] * 3


def test_what_is_booked_while_two_patients_are_merged_belongs_to_the_one_who_is_kept(clone_database):
    clients, rounds = 5, 6
    result = run("merge.py", clone_database(), clients=clients, rounds=rounds)
    for number, outcome in enumerate(result["rounds"], 1):
        print(f"round {number}: {outcome}")
        assert outcome == {"merged": 1, "booked": clients - 1}
    assert result["counts"] == [[clients - 1, 0]] * rounds
