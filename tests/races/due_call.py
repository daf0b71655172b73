"""Many receptionists open the call to the same patient at the same time.

python tests/races/due_call.py DATABASE CLIENTS ROUNDS
"""

import sys

import harness
from freezegun import freeze_time

from odoo import Command, fields


def prepare(env, clients, rounds):
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.pk").id})
    env.user.company_ids += branch
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    patients = Clinic.env["clinic.patient"].create([{"name": f"Race {number}"} for number in range(rounds)])
    for number, patient in enumerate(patients):
        with freeze_time(fields.Datetime.subtract(Clinic._at(10, days=0), days=20 + number)):
            visit = Clinic.env["clinic.visit"].book_walk_in(patient, Clinic.facial, Clinic.doctor)
            visit.action_start()
            visit.action_done()
    rules = Clinic.env["clinic.recall.rule"]
    rules.search([]).active = False
    rule = rules.create(
        {"name": "Race", "reason": "Race", "cause": "effect", "days": 5, "treatment_ids": Clinic.facial.ids}
    )
    rule._look()
    desk = Clinic.users["reception"]
    users = [desk.copy({"login": f"race_{number}", "name": f"Desk {number}"}).id for number in range(clients)]
    desk.write({"company_ids": [Command.link(branch.id)]})
    return branch.id, users, patients.ids


def attempt(branch, users, patient):
    # Shared by the processes, so that each is somebody else, also when it is run again.
    next_one, mine = harness.FORK.Value("i", 0), []

    def run(env):
        if not mine:
            with next_one.get_lock():
                mine.append(users[next_one.value])
                next_one.value += 1
        env = env(user=mine[0], su=False, context={"allowed_company_ids": [branch]})
        env["clinic.due.list"].open_call(patient)
        return "opened"

    return run


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, users, patients = prepare(env, clients, rounds)
    outcomes = harness.race(registry, [attempt(branch, users, patient) for patient in patients], clients)
    with harness.committed(registry) as env:
        recalls = env["clinic.recall"].search([("patient_id", "in", patients)])
        callers = len(recalls.filtered("caller_id"))
    harness.report(outcomes, callers=callers)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
