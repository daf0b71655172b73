"""Many clients press Post & Pay for the same visit at the same time; each round another visit.

python tests/races/checkout_pay.py DATABASE CLIENTS ROUNDS
"""

import sys

import harness
from freezegun import freeze_time

A_DAY = 5


def prepare(env, rounds):
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    visits = [Clinic.book(start=Clinic._at(9 + 2 * (n % A_DAY), days=2 + n // A_DAY)) for n in range(rounds)]
    for visit in visits:
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.action_start()
            visit.action_done()
    Clinic.env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL", "company_id": branch.id})
    screen = Clinic.env["clinic.checkout"].load(visits[0].id)
    cash = next(method["id"] for method in screen["methods"] if method["is_cash"])
    return branch.id, [visit.id for visit in visits], screen["due"], cash


def pay(branch, visit_id, due, cash):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        parts = [{"method_id": cash, "amount": due - 100}, {"method_id": cash, "amount": 100, "received": 500}]
        screen = env["clinic.checkout"].pay(visit_id, due, parts)
        assert screen["visit"]["payment_state"] == "paid", screen
        return "taken" if screen["taken"] else "same answer"

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, visits, due, cash = prepare(env, rounds)
    outcomes = harness.race(registry, [pay(branch, visit, due, cash) for visit in visits], clients)
    with harness.committed(registry) as env:
        found = env["clinic.visit"].browse(visits).with_context(allowed_company_ids=[branch])
        invoices = [len(visit.invoice_ids) for visit in found]
        payments = [sorted(visit.invoice_ids.matched_payment_ids.mapped("amount")) for visit in found]
    harness.report(outcomes, invoices=invoices, payments=payments, due=due)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
