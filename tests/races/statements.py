"""Many people press Generate, then Approve, then Book at the same time; each round another month.

python tests/races/statements.py DATABASE CLIENTS ROUNDS
"""

import sys

import harness
from dateutil.relativedelta import relativedelta

from odoo import Command


def prepare(env, rounds):
    # These can be imported once Odoo is connected.
    from odoo.addons.clinic.tests.common import ClinicMixin
    from odoo.addons.clinic_commission.occasion import Amounts, Occasion

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    accounts = env["account.account"].with_company(branch)
    for name, kind in (("expense", "expense"), ("payable", "liability_payable")):
        account = accounts.search([("account_type", "=", kind), ("company_ids", "in", branch.ids)], limit=1)
        branch[f"clinic_commission_{name}_id"] = account
    env["clinic.commission.rule"].search([]).active = False
    tier = Command.create({"amount_from": 2000, "percent": 40})
    env["clinic.commission.rule"].create({"name": "Race", "percent": 20, "tiers": "whole", "tier_ids": [tier]})
    first = branch._clinic_today().replace(day=1)
    months = [first - relativedelta(months=number) for number in range(rounds, 0, -1)]
    env["clinic.commission.entry"]._earn(
        [
            Occasion(
                key=f"race {month} {who.id} {number}",
                day=month,
                branch=branch,
                people={"performer": [(who, 100)]},
                treatment=Clinic.facial,
                charged=Amounts(net=1000, list=1000, quantity=1),
            )
            for month in months
            for who in Clinic.doctor | Clinic.cosmetologist
            for number in range(3)
        ]
    )
    return branch.id, months


def press(branch, month, what):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        statements = env["clinic.commission.statement"]
        if what == "made":
            statements._generate(month, env.company)
        else:
            found = statements.search([("date_from", "=", month), ("company_id", "=", branch)])
            found.action_approve() if what == "approved" else found.action_book()
        return what

    return attempt


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, months = prepare(env, rounds)
    steps = [press(branch, month, what) for month in months for what in ("made", "approved", "booked")]
    outcomes = harness.race(registry, steps, clients)
    with harness.committed(registry) as env:
        own = [("company_id", "=", branch)]
        statements = env["clinic.commission.statement"].search(own)
        figures = env["clinic.commission.entry"].search_count([*own, ("kind", "=", "tiers")])
        harness.report(
            outcomes,
            statements=len(statements),
            figures=figures,
            documents=len(statements.move_id),
            amounts=statements.mapped("amount"),
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
