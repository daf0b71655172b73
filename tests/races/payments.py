"""Payments arrive, twice each, while their holds run out and others book the same times; each round another visit.

python tests/races/payments.py DATABASE CLIENTS ROUNDS
"""

import sys
from datetime import timedelta

import harness

from odoo import Command, fields

ROLES = ("pay", "expire", "book", "pay")


def prepare(env, rounds):
    """Return the branch, and for each round (the visit, its payment that is done, another patient, the doctor)."""
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    env["clinic.deposit.rule"].create({"name": "Race", "kind": "percent", "percent": 20, "company_id": branch.id})
    other = Clinic.env["clinic.patient"].create({"name": "Faster"})
    provider = provider_of(Clinic.env, branch)
    made = []
    for number in range(rounds):
        visit = Clinic.book(Clinic.laser, Clinic._at(9, days=2 + number), Clinic.doctor)
        tx = transaction_of(env, provider, visit)
        tx._set_done()
        # Its deadline has just passed, and nobody has released it yet.
        visit.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        made.append((visit.id, tx.id))
    return branch.id, made, other.id, Clinic.laser.id, Clinic.doctor.id


def transaction_of(env, provider, visit):
    """Return a payment of what is due of ``visit``, as its page begins one."""
    return env["payment.transaction"].create(
        {
            "provider_id": provider.id,
            "payment_method_id": env.ref("payment.payment_method_unknown").id,
            "reference": visit.name,
            "amount": visit.deposit_due,
            "currency_id": visit.currency_id.id,
            "partner_id": visit.patient_id.partner_id.id,
            "operation": "online_redirect",
            "clinic_visit_id": visit.id,
        }
    )


def provider_of(env, branch):
    """Return a provider whose payments stand in the bank journal of ``branch``."""
    method = env.ref("payment.payment_method_unknown")
    provider = env["payment.provider"].create(
        {
            "name": "Race",
            "code": "none",
            "state": "test",
            "company_id": branch.id,
            "payment_method_ids": [Command.set(method.ids)],
        }
    )
    journal = env["account.journal"].search([("company_id", "=", branch.id), ("type", "=", "bank")], limit=1)
    kind = env["account.payment.method"].create({"name": "Race", "code": "none", "payment_type": "inbound"})
    env["account.payment.method.line"].create(
        {"payment_method_id": kind.id, "journal_id": journal.id, "payment_provider_id": provider.id}
    )
    provider.journal_id = journal
    return provider


def meet(branch, visit_id, tx_id, patient, treatment, doctor):
    """Return an attempt by which each client does another thing with one visit; it stays the same when run again."""
    ticket, mine = harness.FORK.Value("i", 0), []

    def attempt(env):
        if not mine:
            with ticket.get_lock():
                mine.append(ROLES[ticket.value % len(ROLES)])
                ticket.value += 1
        env = env(context={"allowed_company_ids": [branch]})
        visit = env["clinic.visit"].browse(visit_id)
        if mine[0] == "pay":
            env["payment.transaction"].browse(tx_id)._post_process()
        elif mine[0] == "expire":
            visit._release_expired_holds()
        else:
            env["clinic.visit"].book(patient, treatment, visit.start, doctor)
        return mine[0]

    return attempt


def outcome(env, visit_id, tx_id):
    """Return what is true after a round."""
    visit, tx = env["clinic.visit"].browse(visit_id), env["payment.transaction"].browse(tx_id)
    payments = env["account.payment"].search([("payment_transaction_id", "=", tx.id)])
    same_time = [("start", "=", visit.start), ("company_id", "=", visit.company_id.id)]
    live = env["clinic.visit"].search_count([*same_time, ("state", "not in", ("cancelled", "no_show"))])
    return {
        "payments": len(payments),
        "outcome": payments.clinic_outcome,
        "its visit": payments.clinic_visit_id.state,
        "live": live,
        "tasks": len(visit.activity_ids),
        "open": sum(payments.mapped("clinic_open_amount")) == tx.amount,
    }


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, made, *who = prepare(env, rounds)
    attempts = [meet(branch, visit, tx, *who) for visit, tx in made]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        env = env(context={"allowed_company_ids": [branch]})
        # What could not be put in order is left to the scheduled action.
        left = env["payment.transaction"].browse([tx for _visit, tx in made])
        left.filtered(lambda tx: not tx.is_post_processed)._post_process()
        found = [outcome(env, *pair) for pair in made]
    harness.report(outcomes, found=found)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
