"""All who wait for a time that has become free take it at the same moment; each round another time.

python tests/races/waitlist.py DATABASE CLIENTS ROUNDS
"""

import os
import sys
from functools import partial

import harness

# As whom a process acts in a round.
MINE = {}


def prepare(env, clients, rounds):
    """Return the branch and, of each round, the start and the entries to which it is offered."""
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    branch.write({"clinic_waitlist_offers": "all", "clinic_quiet_from": 0, "clinic_quiet_to": 0})
    Clinic.env = env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    reason, offers = env.ref("clinic_visit.cancel_reason_patient"), []
    for number in range(rounds):
        patients = env["clinic.patient"].create(
            [{"name": f"Racer {one}", "email": f"racer{number}-{one}@example.com"} for one in range(clients)]
        )
        wish = {"treatment_id": Clinic.facial.id, "company_id": branch.id, "practitioner_id": Clinic.doctor.id}
        entries = env["clinic.waitlist"].create([{"patient_id": one.id, **wish} for one in patients])
        start = Clinic._at(9, days=2 + number)
        env["clinic.visit"].book(Clinic.patient, Clinic.facial, start, Clinic.doctor).action_cancel(reason)
        assert set(entries.mapped("state")) == {"offered"}, entries.mapped("state")
        offers.append((start, entries.ids))
    return branch.id, offers


def attempt(start, turn, entry_ids, env):
    """Take ``start`` as one of those who wait: each process as another one, however often it runs again."""
    key = turn, os.getpid()
    if key not in MINE:
        with turn.get_lock():
            MINE[key] = entry_ids[turn.value]
            turn.value += 1
    entry = env["clinic.waitlist"].browse(MINE[key])
    return entry.with_context(allowed_company_ids=entry.company_id.ids)._patient_takes(start)


def facts(env, branch_id, start, entry_ids):
    """Return what stands in the database about ``start``."""
    visits = env["clinic.visit"].search([("company_id", "=", branch_id), ("start", "=", start)])
    entries = env["clinic.waitlist"].browse(entry_ids)
    return {
        "visits": visits.mapped("state").count("booked"),
        "booked": entries.mapped("state").count("booked"),
        "waiting": entries.mapped("state").count("waiting"),
        "messages": env["clinic.message"].search_count([("waitlist_id", "in", entry_ids)]),
    }


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch_id, offers = prepare(env, clients, rounds)
    turns = [harness.FORK.Value("i", 0) for _offer in offers]
    attempts = [partial(attempt, start, turn, ids) for (start, ids), turn in zip(offers, turns, strict=True)]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        found = [facts(env, branch_id, start, ids) for start, ids in offers]
    harness.report(outcomes, found=found)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
