"""Many clients use the last session, sell, ask for, and approve the same thing at the same time.

python tests/races/packages.py DATABASE CLIENTS ROUNDS
"""

import sys

import harness
from freezegun import freeze_time

from odoo import Command


def prepare(env, clients, rounds):
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    Clinic.facial.treatment_duration = 5
    one, six = (_package(Clinic, count) for count in (1, 6))
    work = {"last": [], "sale": [], "ask": [], "approve": []}
    for number in range(rounds):
        patient, other = Clinic.env["clinic.patient"].create(
            [{"name": f"Race {number}"}, {"name": f"Race {number}, with more"}]
        )
        _sell(Clinic, patient, one)
        work["last"].append(_in_treatment(Clinic, patient, clients, number))
        work["sale"].append(_dialog(Clinic, other, six).id)
        for kind in ("ask", "approve"):
            asked = _ask(Clinic, _sell(Clinic, other, six))
            work[kind].append(asked.id if kind == "ask" else asked.action_ask()["res_id"])
    return branch.id, Clinic.users["manager"].id, Clinic.users["reception"].id, work


def _package(clinic, count):
    line = Command.create({"treatment_id": clinic.facial.id, "count": count})
    return clinic.env["product.template"].create(
        {
            "name": f"Package of {count}",
            "is_package": True,
            "type": "service",
            "list_price": 600 * count,
            "package_beyond_paid": True,
            "package_line_ids": [line],
        }
    )


def _dialog(clinic, patient, package):
    return clinic.env["clinic.package.sell"].create({"patient_id": patient.id, "package_id": package.id})


def _sell(clinic, patient, package):
    dialog = _dialog(clinic, patient, package)
    dialog.action_sell()
    return dialog.sold_course_id


def _ask(clinic, course):
    env = clinic.env(user=clinic.users["reception"])
    rule = env.ref("clinic_package.rule_swap")
    return env["clinic.refund.ask"].create({"course_id": course.id, "rule_id": rule.id})


def _in_treatment(clinic, patient, clients, number):
    """Return the ids of as many procedures of ``patient`` in treatment as there are clients."""
    clinic.patient, procedures = patient, []
    for client in range(clients):
        visit = clinic.book(start=clinic._at(8 + client // 4, 15 * (client % 4), days=2 + number))
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.action_start()
        procedures.append(visit.procedure_ids.id)
    return procedures


def attempt(branch, user, step):
    def run(env):
        return step(env(user=user, context={"allowed_company_ids": [branch]}))

    return run


def use(procedures):
    # Shared by the processes, so that each finishes a procedure of its own, also when it is run again.
    next_one, mine = harness.FORK.Value("i", 0), []

    def step(env):
        if not mine:
            with next_one.get_lock():
                mine.append(procedures[next_one.value])
                next_one.value += 1
        procedure = env["clinic.procedure"].browse(mine[0])
        procedure.action_done()
        return "used" if procedure.session_use_id else "charged"

    return step


def sell(dialog_id):
    def step(env):
        env["clinic.package.sell"].browse(dialog_id).action_sell()
        return "sold"

    return step


def ask(ask_id):
    def step(env):
        env["clinic.refund.ask"].browse(ask_id).action_ask()
        return "asked"

    return step


def approve(refund_id):
    def step(env):
        env["clinic.refund"].browse(refund_id).action_approve()
        return "approved"

    return step


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, manager, reception, work = prepare(env, clients, rounds)
    kinds = {"last": (use, 1), "sale": (sell, reception), "ask": (ask, reception), "approve": (approve, manager)}
    outcomes = {}
    for kind, (make, user) in kinds.items():
        steps = [attempt(branch, user, make(item)) for item in work[kind]]
        outcomes[kind] = harness.race(registry, steps, clients)
    with harness.committed(registry) as env:
        env = env(context={"allowed_company_ids": [branch]})
        found = count(env, branch)
    harness.report(outcomes, **found)


def count(env, branch):
    """Return what there is in the database afterwards."""
    events = env["clinic.session.event"].search([("company_id", "=", branch)])
    account = env["res.company"].browse(branch)._clinic_deferred_account()
    items = env["account.move.line"].search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
    refunds = env["clinic.refund"].search([("company_id", "=", branch)])
    return {
        "redeemed": len(events.filtered(lambda event: event.kind == "redeemed")),
        "courses": env["clinic.course"].search_count([("company_id", "=", branch)]),
        "asked": len(refunds.filtered(lambda refund: refund.state == "asked")),
        "done": len(refunds.filtered(lambda refund: refund.state == "done")),
        "notes": len(refunds.move_ids.filtered(lambda move: move.move_type == "out_refund")),
        "deferred": round(-sum(items.mapped("balance")), 2),
        "sessions": round(sum(events.mapped("amount")), 2),
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
