"""A month of a clinic whose 50 practitioners earn 100,000 times, alone and after years of settled months."""

import json
import os

from clinic_data import ClinicMaker, checked_together, copy_row, find_clinic, in_clinic
from dateutil.relativedelta import relativedelta

from odoo import Command, fields

NAME = "commissions"
PRACTITIONERS = 50
MONTH = 100_000
# So many old entries; fewer for a quick look.
OLD = int(os.environ.get("CLINIC_BENCH_OLD") or 5_000_000)
OLD_MONTHS = 50
TABLES = ["clinic_commission_entry"]


def make_small(env):
    """Make the clinic with the entries of last month, which are on no statement yet."""
    clinic = ClinicMaker(env, NAME, "UTC").make(PRACTITIONERS, 2, 2)
    env = in_clinic(env, clinic)
    people = env["clinic.practitioner"].browse(clinic.practitioners)
    _make_rules(env, people)
    seed = _seed(env, people[0])
    env["ir.config_parameter"].set_param(f"bench.{NAME}.seed", json.dumps([seed.id, people.ids]))
    _copy(env, seed, people.ids, MONTH, last_month(env), statement_id="NULL")


def make_large(env):
    """Add years of entries that are on approved statements."""
    env = in_clinic(env, find_clinic(env, NAME))
    seed, people = _found(env)
    for number in range(1, OLD_MONTHS + 1):
        month = last_month(env) - relativedelta(months=number)
        env.cr.execute(
            "INSERT INTO clinic_commission_statement"
            " (practitioner_id, company_id, date_from, date_to, name, state, is_complete)"
            " SELECT id, %s, %s, (%s::date + interval '1 month - 1 day')::date, 'Old', 'approved', TRUE"
            "   FROM unnest(%s) AS id",
            [seed.company_id.id, month, month, people],
        )
    env.invalidate_all()
    with checked_together(env.cr, TABLES):
        for number in range(1, OLD_MONTHS + 1):
            month = last_month(env) - relativedelta(months=number)
            statement = (
                "(SELECT id FROM clinic_commission_statement s"
                f" WHERE s.practitioner_id = plan.practitioner_id AND s.date_from = '{month}')"
            )
            _copy(env, seed, people, OLD // OLD_MONTHS, month, statement_id=statement)


def find(env):
    """Return the environment in the clinic."""
    return in_clinic(env, find_clinic(env, NAME))


def last_month(env):
    """Return the first day of the month that is over."""
    return env.company._clinic_today().replace(day=1) - relativedelta(months=1)


def _make_rules(env, people):
    env["clinic.commission.rule"].search([]).active = False
    tiers = ((0, 500_000, 20), (500_000, 0, 30))
    env["clinic.commission.rule"].create(
        {
            "name": "Bench",
            "percent": 20,
            "tiers": "marginal",
            "tier_ids": [
                Command.create({"amount_from": start, "amount_to": stop, "percent": rate})
                for start, stop, rate in tiers
            ],
        }
    )
    env["clinic.commission.limit"].create(
        [
            {"practitioner_id": who.id, "company_id": env.company.id, "minimum": 700_000, "date_from": False}
            for who in people
        ]
    )


def _seed(env, practitioner):
    """Return an entry as it is earned, which all others are copies of."""
    from odoo.addons.clinic_commission.occasion import Amounts, Occasion

    treatment = env["product.template"].search([("is_treatment", "=", True)], limit=1)
    occasion = Occasion(
        key="bench",
        day=fields.Date.subtract(last_month(env), years=10),
        branch=env.company,
        people={"performer": [(practitioner, 100)]},
        treatment=treatment,
        charged=Amounts(net=1000, list=1000, quantity=1),
    )
    seed = env["clinic.commission.entry"]._earn([occasion])
    env["clinic.commission.statement"]._generate(occasion.day, env.company).action_approve()
    env.flush_all()
    return seed


def _found(env):
    seed, people = json.loads(env["ir.config_parameter"].get_param(f"bench.{NAME}.seed"))
    return env["clinic.commission.entry"].browse(seed), people


def _copy(env, seed, people, count, month, **values):
    env.cr.execute(
        "CREATE TEMPORARY TABLE plan ON COMMIT DROP AS"
        " SELECT n, (%s)[1 + n %% array_length(%s, 1)] AS practitioner_id, (100 + n %% 1900)::numeric AS base"
        "   FROM generate_series(1, %s) AS n",
        [people, people, count],
    )
    copy_row(
        env.cr,
        seed,
        practitioner_id="plan.practitioner_id",
        date=f"(date '{month}' + (n %% 28)::int)",
        month=f"date '{month}'",
        base_amount="plan.base",
        full_base="plan.base",
        amount="plan.base * 0.2",
        full_amount="plan.base * 0.2",
        clinic_amount="plan.base * 0.8",
        origin_key=f"'bench {month} ' || n",
        **values,
    )
    env.cr.execute("DROP TABLE plan")
