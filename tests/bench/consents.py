"""Print the table of `make bench-consents`; exit with 1 unless every goal is reached.

python tests/bench/consents.py WITHOUT WITH
    two databases made by data.py: WITHOUT a published consent form; WITH three, signed by each patient for years
"""

import os
import sys
from contextlib import ExitStack

import connection

connection.start()

import clinic_data  # noqa: E402 (Odoo's addons can be imported only now)
from measure import Table, at_most, below, measure, p95_below  # noqa: E402
from record import Record  # noqa: E402
from slots import Clinic  # noqa: E402

REPETITIONS = 40
BOARD, QUERIES, CARD_P95 = 150, 12, 300


def main(without, signed):
    table, load = Table(), os.getloadavg()[0]
    with ExitStack() as stack:
        envs = [stack.enter_context(connection.environment(name)) for name in (without, signed)]
        names = ("without consents", "with consents")
        boards = [Clinic(env, "large").board(name) for env, name in zip(envs, names, strict=True)]
        cards = [Record(env).tasks(name)["card"] for env, name in zip(envs, names, strict=True)]
        day = clinic_data.opening(clinic_data.BOARD_DAY, Clinic(envs[1], "large").facts.zone).date().isoformat()
        flags = [
            flag
            for card in Clinic(envs[1], "large").env["clinic.board"].load(day=day)["procedures"]
            for flag in card["flags"]
        ]
        due = sum(flag["kind"] == "consent" and not flag.get("is_quiet") for flag in flags)
        envs[1].cr.execute("SELECT count(*) FROM clinic_consent")
        [count] = envs[1].cr.fetchone()
        measure(boards, REPETITIONS)
        measure(cards, REPETITIONS)
    table.heading(f"Board of a day with 300 procedures, {due} of them with a consent to be signed")
    for board in boards:
        table.add(board, below(board, milliseconds=BOARD, queries=QUERIES))
    table.add(boards[1], at_most(*boards, 1.2))
    table.heading("Card of the patient with 41 visits")
    for card in cards:
        table.add(card, p95_below(card, CARD_P95))
    table.add(cards[1], at_most(*cards, 1.2))
    print(f"{REPETITIONS} repetitions in turn, cold ORM cache, {count:,} consents, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
