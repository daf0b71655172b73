"""Several patients held one time, one after the other, and pay at last, all at once, while others book or give it up.

python tests/races/one_slot.py DATABASE CLIENTS ROUNDS
"""

import sys
from datetime import timedelta

import harness
import payments

from odoo import fields

# How many held the time before it is fought for, each with a payment that is done.
HOLDERS = 5
SLOTS_A_DAY = (9, 11, 13, 15, 17)
OTHERS = ("expire", "book", "expire", "book", "use")


def prepare(env, rounds):
    """Return the branch, the two who only book, and for each round its time and its (visit, payment)s."""
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    env["clinic.deposit.rule"].create({"name": "Race", "kind": "percent", "percent": 20, "company_id": branch.id})
    people = Clinic.env["clinic.patient"].create([{"name": f"Patient {number}"} for number in range(HOLDERS + 2)])
    provider = payments.provider_of(Clinic.env, branch)
    made = []
    for number in range(rounds):
        days, place = divmod(number, len(SLOTS_A_DAY))
        start = Clinic._at(SLOTS_A_DAY[place], days=3 + days)
        made.append([hold(Clinic, provider, patient, start) for patient in people[:HOLDERS]])
    return {
        "branch": branch.id,
        "people": people[HOLDERS:].ids,
        "rounds": made,
        "laser": Clinic.laser.id,
        "doctor": Clinic.doctor.id,
    }


def hold(clinic, provider, patient, start):
    """Let ``patient`` hold ``start`` and pay too late; the hold is over, and its time goes to who comes next."""
    clinic.patient = patient
    visit = clinic.book(clinic.laser, start, clinic.doctor)
    tx = payments.transaction_of(clinic.env, provider, visit)
    tx._set_done()
    visit.expires_at = fields.Datetime.now() - timedelta(seconds=1)
    return visit.id, tx.id


def meet(made, pairs):
    """Return an attempt by which each client does another thing with one time; it stays the same when run again."""
    ticket, mine = harness.FORK.Value("i", 0), []

    def attempt(env):
        if not mine:
            with ticket.get_lock():
                mine.append(ticket.value)
                ticket.value += 1
        env = env(context={"allowed_company_ids": [made["branch"]]})
        visits, transactions = env["clinic.visit"], env["payment.transaction"]
        # Each payment is reported twice at the same moment; what is left of the clients does other things.
        place, is_other = mine[0] % (2 * HOLDERS + len(OTHERS)), mine[0] % (2 * HOLDERS + len(OTHERS)) >= 2 * HOLDERS
        if not is_other:
            transactions.browse(pairs[place % HOLDERS][1])._post_process()
            return "pay"
        role = OTHERS[place - 2 * HOLDERS]
        if role == "expire":
            visits.browse([visit for visit, _tx in pairs])._release_expired_holds()
        elif role == "use":
            transactions.browse([tx for _visit, tx in pairs]).filtered(lambda tx: not tx.payment_id)._post_process()
        else:
            start = visits.browse(pairs[0][0]).start
            visits.book(made["people"][place % 2], made["laser"], start, made["doctor"])
        return role

    return attempt


def outcome(env, made, pairs):
    """Return what is true after a round."""
    visits = env["clinic.visit"].browse([visit for visit, _tx in pairs])
    found = env["account.payment"].search([("payment_transaction_id", "in", [tx for _visit, tx in pairs])])
    same_time = [("start", "=", visits[0].start), ("company_id", "=", visits.company_id.id)]
    live = env["clinic.visit"].search([*same_time, ("state", "not in", ("cancelled", "no_show"))])
    used = found.filtered(lambda payment: payment.clinic_outcome in ("confirmed", "rebooked"))
    others = found - used
    return {
        "payments": len(found),
        "transactions": len(found.payment_transaction_id),
        "live": live.mapped("state"),
        "used": len(used),
        "who paid has the time": used.clinic_visit_id == live if used else live.patient_id.id in made["people"],
        "others": sorted(others.mapped("clinic_outcome")),
        "credit": all(payment.clinic_open_amount == payment.amount for payment in others),
        "tasks": all(payment.clinic_visit_id.activity_ids for payment in others),
        "to do": all(payment.clinic_without_visit for payment in others),
    }


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        made = prepare(env, rounds)
    outcomes = harness.race(registry, [meet(made, pairs) for pairs in made["rounds"]], clients)
    with harness.committed(registry) as env:
        from odoo.addons.clinic_payment.tests.faults import faults

        env = env(context={"allowed_company_ids": [made["branch"]]})
        # What could not be put in order is left to the scheduled action.
        left = env["payment.transaction"].browse([tx for pairs in made["rounds"] for _visit, tx in pairs])
        left = left.filtered(lambda tx: not tx.is_post_processed)
        for tx in left:
            tx._post_process()
        env.flush_all()
        found = [outcome(env, made, pairs) for pairs in made["rounds"]]

        def ask(query):
            env.cr.execute(query)
            return env.cr.fetchall()

        harness.report(outcomes, found=found, faults=faults(ask), left=len(left))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
