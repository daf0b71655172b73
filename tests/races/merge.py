"""One client merges two patients while the others book for the one who is merged; each round another pair.

python tests/races/merge.py DATABASE CLIENTS ROUNDS
"""

import sys
from datetime import timedelta

import booking
import harness


def turns(rounds):
    """Return a counter for each round, shared by the clients: the first to take its number merges."""
    return [harness.FORK.Value("i", 0) for _ in range(rounds)]


def attempt(branch, treatment, start, pair, turn):
    kept, merged = pair
    mine = []

    def run(env):
        if not mine:
            with turn.get_lock():
                mine.append(turn.value)
                turn.value += 1
        [number] = mine
        env = env(context={"allowed_company_ids": [branch]})
        patients = env["clinic.patient"]
        if number == 0:
            env["clinic.patient.merge"]._merge(patients.browse(kept), patients.browse(merged))
            return "merged"
        env["clinic.visit"].book(merged, treatment, start + timedelta(minutes=30 * number))
        return "booked"

    return run


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, _patient, treatment, _doctor, start = booking.prepare(env)
        names = [{"name": f"Twin {number}"} for number in range(2 * rounds)]
        ids = env["clinic.patient"].create(names).ids
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    attempts = [
        attempt(branch, treatment, start + timedelta(days=number), pair, turn)
        for number, (pair, turn) in enumerate(zip(pairs, turns(rounds), strict=True))
    ]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        visits = env["clinic.visit"].with_context(allowed_company_ids=[branch])
        counts = [[visits.search_count([("patient_id", "=", one)]) for one in pair] for pair in pairs]
    harness.report(outcomes, counts=counts)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
