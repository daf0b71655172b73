"""Many clients check out the same visit at the same time; each round another visit.

python tests/races/checkout.py DATABASE CLIENTS ROUNDS
"""

import sys

import harness
from freezegun import freeze_time


def prepare(env, rounds):
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    visits = [Clinic.book(start=Clinic._at(9, days=2 + number)) for number in range(rounds)]
    for visit in visits:
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.action_start()
            visit.action_done()
    return branch.id, [visit.id for visit in visits]


def checkout(branch, visit_id):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        action = env["clinic.visit"].browse(visit_id).action_checkout()
        return "opened" if action["res_model"] == "account.move" else "invoiced"

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, visits = prepare(env, rounds)
    outcomes = harness.race(registry, [checkout(branch, visit) for visit in visits], clients)
    with harness.committed(registry) as env:
        found = env["clinic.visit"].browse(visits).with_context(allowed_company_ids=[branch])
        invoices = [len(visit.invoice_ids.filtered(lambda move: move.state == "posted")) for visit in found]
    harness.report(outcomes, invoices=invoices)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
