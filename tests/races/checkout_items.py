"""One process checks out a visit while others log items of it; each round another visit.

python tests/races/checkout_items.py DATABASE CLIENTS ROUNDS
"""

import os
import sys
import time

import harness
from freezegun import freeze_time


def prepare(env, rounds):
    """Return the branch and, for each round, a procedure that is done, whose visit is not checked out."""
    from odoo.addons.clinic_stock.tests.common import StockMixin  # can be imported once Odoo is connected

    class Clinic(StockMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    env["stock.warehouse"].create({"name": "Race", "code": "RACE", "company_id": branch.id})
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    Clinic.setup_stock()
    lot = Clinic._receive(Clinic.toxin, 1000, "RACE", 100)
    procedures = []
    for number in range(rounds):
        visit = Clinic.book(start=Clinic._at(9, days=2 + number), practitioner=Clinic.doctor)
        procedures.append(Clinic._treat(visit).id)
        with freeze_time(visit.start):
            visit.action_done()
    return branch.id, procedures, Clinic.toxin.id, lot.id


def work(branch, number, procedure_id, product, lot):
    """The first process that comes is reception, also when it is run again; the others treat."""
    reception = harness.FORK.Value("i", 0)

    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        procedure = env["clinic.procedure"].browse(procedure_id)
        with reception.get_lock():
            reception.value = reception.value or os.getpid()
        if reception.value != os.getpid():
            procedure.consume(product, 1, lot=lot)
            return "logged"
        if number % 2:
            # What reception reads now is as old as its first look, whatever is logged meanwhile.
            procedure.visit_id.read(["state"])
            time.sleep(0.1)
        procedure.visit_id.action_checkout()
        return "checked out"

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, procedures, *item = prepare(env, rounds)
    attempts = [work(branch, number, procedure, *item) for number, procedure in enumerate(procedures)]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        logged = env["clinic.consumption"].search([("procedure_id", "in", procedures), ("state", "=", "used")])
        billed = logged.filtered(lambda one: one.invoice_line_ids.filtered(lambda line: line.parent_state == "posted"))
    harness.report(outcomes, logged=len(logged), billed=len(billed))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
