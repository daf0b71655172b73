"""Visitors choose the same time online at the same moment, and book it; each round another time, some of one visitor.

python tests/races/online.py DATABASE CLIENTS ROUNDS
"""

import os
import sys
from collections import Counter
from datetime import timedelta
from functools import partial

import harness

from odoo import fields


def prepare(env, rounds):
    """Return the branch, the treatment, the practitioner and the start of each round."""
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    branch.clinic_is_online = Clinic.facial.is_online = Clinic.doctor.is_online = True
    starts = [Clinic._at(9, days=2 + number) for number in range(rounds)]
    return branch.id, Clinic.facial.id, Clinic.doctor.id, starts


def attempt(branch_id, treatment_id, doctor_id, start, number, env):
    """Keep ``start`` as one of many visitors; each one books what it has kept."""
    branch = env["res.company"].browse(branch_id)
    treatment, doctor = env["product.template"].browse(treatment_id), env["clinic.practitioner"].browse(doctor_id)
    # In every third round all of them are one visitor, who presses again and again.
    visitor = "one" if number % 3 == 2 else str(os.getpid())
    holds = env["clinic.online.hold"]
    used = holds._used_by(f"{visitor} {number}")
    if used:
        return "already"
    hold = holds._keep(f"{visitor} {number}", f"10.0.0.{os.getpid() % 250}", branch, treatment, doctor, start)
    if number % 2:
        return "kept"
    # Each with a phone of its own; the limits have a test of theirs.
    contact = {"name": "Racer", "phone": f"0300 {os.getpid() % 10**7:07}", "email": ""}
    return hold._book({**contact, "phone": f"03{number:02} {os.getpid() % 10**7:07}"}) and "booked"


def facts(env, branch_id, doctor_id, start):
    """Return what stands in the database about ``start``."""
    resource = env["clinic.practitioner"].browse(doctor_id).resource_id
    taken = [("resource_id", "=", resource.id), ("blocking", "=", True)]
    around = [("start", "<", start + timedelta(minutes=30)), ("stop", ">", start)]
    visits = env["clinic.visit"].search([("company_id", "=", branch_id), ("start", "=", start)])
    return {
        "reservations": env["clinic.reservation"].search_count([*taken, *around]),
        "visits": len(visits),
        "holds": env["clinic.online.hold"].search_count(
            [("start", "=", start), ("used_at", "=", False), ("expires_at", ">", fields.Datetime.now())]
        ),
        "patients": dict(Counter(visits.patient_id.mapped("name"))),
    }


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch_id, treatment_id, doctor_id, starts = prepare(env, rounds)
    attempts = [
        partial(attempt, branch_id, treatment_id, doctor_id, start, number) for number, start in enumerate(starts)
    ]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        found = [facts(env, branch_id, doctor_id, start) for start in starts]
    harness.report(outcomes, found=found)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
