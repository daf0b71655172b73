"""Many browsers answer by the same link at the same time.

python tests/races/feedback_answer.py DATABASE CLIENTS ROUNDS
"""

import sys

import harness
from freezegun import freeze_time

from odoo import fields


def prepare(env, rounds):
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    # Who tries the link out makes no work for anybody.
    env["ir.config_parameter"].set_param("clinic_message.trial", "False")
    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.pk").id})
    env.user.company_ids += branch
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    patients = Clinic.env["clinic.patient"].create(
        [{"name": f"Race {number}", "email": f"race{number}@example.com"} for number in range(rounds)]
    )
    kind, tokens = env.ref("clinic_feedback.kind_feedback"), []
    for number, patient in enumerate(patients):
        with freeze_time(fields.Datetime.subtract(Clinic._at(10, days=0), days=2 + number)):
            visit = Clinic.env["clinic.visit"].book_walk_in(patient, Clinic.facial, Clinic.doctor)
            visit.action_start()
            visit.action_done()
        message = env["clinic.message"]._queue(kind, visit)
        tokens.append(env["clinic.message.link"]._address(message, "feedback").rsplit("/", 1)[1])
    return branch.id, tokens


def attempt(token):
    def run(env):
        env = env(user=env.ref("base.public_user").id, su=False)
        link = env["clinic.message.link"]._find(token)
        if not link:
            return "gone"
        said = {"score": 2, "comment": "Waited", "wants_contact": True}
        return "stored" if env["clinic.feedback"]._store(link.message_id, said) else "told"

    return run


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, tokens = prepare(env, rounds)
    outcomes = harness.race(registry, [attempt(token) for token in tokens], clients)
    with harness.committed(registry) as env:
        here = [("company_id", "=", branch)]
        found = {"answers": env["clinic.feedback"].search_count(here)}
        found["tasks"] = env["clinic.feedback.task"].search_count(here)
        activities = [("res_model", "=", "clinic.feedback.task"), ("summary", "!=", False)]
        found["activities"] = env["mail.activity"].search_count(activities)
    harness.report(outcomes, **found)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
