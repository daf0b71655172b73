"""Patients sign up on the portal while others book: neither has to be run again because of the other.

python tests/races/sign_ups.py DATABASE CLIENTS ROUNDS
"""

import sys
from datetime import timedelta

import booking
import harness
from merge import turns


def attempt(branch, patient, treatment, start, turn, number):
    """Every other client books on a day of its own, the others sign up."""
    tries = []

    def run(env):
        if not tries:
            with turn.get_lock():
                place = turn.value
                turn.value += 1
        else:
            place = tries[0]
        tries.append(place)
        if place % 2:
            env["res.users"].with_context(no_reset_password=True).create(
                {
                    "name": f"Portal {number} {place}",
                    "login": f"portal_{number}_{place}@example.com",
                    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
                }
            )
            word = "signed up"
        else:
            visits = env(context={"allowed_company_ids": [branch]})["clinic.visit"]
            visits.book(patient, treatment, start + timedelta(days=place + 1))
            word = "booked"
        return word if len(tries) == 1 else f"{word} after {len(tries)} tries"

    return run


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, patient, treatment, _doctor, start = booking.prepare(env)
    attempts = [
        attempt(branch, patient, treatment, start + timedelta(minutes=60 * number), turn, number)
        for number, turn in enumerate(turns(rounds))
    ]
    harness.report(harness.race(registry, attempts, clients))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
