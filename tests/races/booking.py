"""Many clients book the same practitioner at the same time; each round at another hour.

python tests/races/booking.py DATABASE CLIENTS ROUNDS
"""

import sys
from datetime import timedelta

import harness

OVERLAPS = """
    SELECT count(*) FROM clinic_reservation a JOIN clinic_reservation b
        ON a.resource_id = b.resource_id AND a.id < b.id AND a.blocking AND b.blocking
       AND a.start < b.stop AND b.start < a.stop
"""


def prepare(env):
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    Clinic.env = env
    branch = env["res.company"].create({"name": "Race Clinic"})
    env.user.company_ids += branch
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    return branch.id, Clinic.patient.id, Clinic.facial.id, Clinic.doctor.id, Clinic._at(8)


def booking(branch, patient, treatment, practitioner, start):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        env["clinic.visit"].book(patient, treatment, start, practitioner)
        return "won"

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, patient, treatment, doctor, first = prepare(env)
    starts = [first + timedelta(days=number) for number in range(rounds)]
    attempts = [booking(branch, patient, treatment, doctor, start) for start in starts]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        env.cr.execute(OVERLAPS)
        [[overlaps]] = env.cr.fetchall()
        visits = env["clinic.visit"].search_count([("company_id", "=", branch)])
    harness.report(outcomes, overlaps=overlaps, visits=visits)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
