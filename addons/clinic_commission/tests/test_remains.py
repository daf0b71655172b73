import doctest
from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.clinic.tests.common import ClinicCommon
from odoo.addons.clinic_visit.tests.test_slots_kernel import repeatable

from .. import month, occasion
from ..occasion import Amounts, Occasion

DECIMALS = {0: 1.0, 2: 0.01, 3: 0.001}
PRICES = st.integers(1, 9_999_999)
PERCENTS = st.integers(1, 10_000).map(lambda number: number / 100)
# How much is left after each step, of a thousand.
STEPS = st.lists(st.integers(0, 1000), max_size=6)


@tagged("post_install", "-at_install")
class TestExamples(BaseCase):
    def test_the_examples_are_right(self):
        for module in (month, occasion):
            results = doctest.testmod(module)
            self.assertGreater(results.attempted, 0)
            self.assertEqual(results.failed, 0)


@tagged("post_install", "-at_install")
class TestRemains(ClinicCommon):
    """However it is taken back, what is left is the rule applied to what remains, to the smallest coin."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["clinic.commission.rule"].search([]).active = False
        cls.entries = cls.env["clinic.commission.entry"].sudo()
        cls.statements = cls.env["clinic.commission.statement"].sudo()
        cls.people = cls.doctor | cls.cosmetologist | cls._create_practitioner("Third")
        cls.branches = {decimals: cls._branch(decimals) for decimals in DECIMALS}
        cls.rule = cls.env["clinic.commission.rule"].create({"name": "All", "percent": 10})

    @classmethod
    def _branch(cls, decimals):
        currency = cls.env["res.currency"].create(
            {"name": f"T{decimals}X", "symbol": f"t{decimals}", "rounding": DECIMALS[decimals]}
        )
        return cls.env["res.company"].create({"name": f"Digits {decimals}", "currency_id": currency.id})

    def _occasion(self, key, branch, day, net, people):
        return Occasion(
            key=key,
            day=day,
            branch=branch,
            people={"performer": people},
            treatment=self.facial,
            charged=Amounts(net=net, list=net, quantity=1),
        )

    def _of(self, branch, kinds=("earned", "part", "tiers", "limit")):
        found = self.entries.search([("company_id", "=", branch.id), ("kind", "in", kinds)])
        return found

    @repeatable(40)
    @given(
        st.sampled_from(list(DECIMALS)), PRICES, PERCENTS, STEPS, st.lists(st.integers(1, 33), min_size=0, max_size=2)
    )
    def test_what_is_left_is_the_rule_applied_to_what_remains(self, decimals, coins, percent, steps, shares):
        branch = self.branches[decimals]
        currency = branch.currency_id
        self.rule.percent = percent
        net = currency.round(coins * currency.rounding)
        people = list(zip(self.people[1:], shares, strict=False))
        people = [(self.doctor, 100 - sum(shares)), *people]
        day = date(2026, 3, 3)
        with self.env.cr.savepoint() as savepoint:
            earned = self.entries._earn([self._occasion("key", branch, day, net, people)])
            whole = currency.round(net * percent / 100)
            self.assertEqual(currency.compare_amounts(sum(earned.mapped("amount")), whole), 0)
            for left in [*steps, 0]:
                self.entries._take_back("key", left, 1000, day)
                for origin in earned:
                    family = self._of(branch).filtered(lambda e, o=origin: e == o or e.origin_id == o)
                    expected = currency.round(origin.full_amount * left / 1000)
                    self.assertEqual(currency.compare_amounts(sum(family.mapped("amount")), expected), 0)
            total = self._of(branch)
            for name in ("amount", "base_amount", "clinic_amount"):
                self.assertTrue(currency.is_zero(sum(total.mapped(name))), name)
            savepoint.rollback()
        self.env.invalidate_all()

    @repeatable(12)
    @given(
        st.sampled_from(list(DECIMALS)),
        st.booleans(),
        st.lists(st.tuples(PRICES, STEPS), min_size=1, max_size=4),
        st.tuples(st.integers(0, 10**5), st.integers(0, 10**6)),
    )
    def test_the_statements_of_all_months_come_to_what_remains(self, decimals, whole, works, limits):
        """Each month its statement is approved, so that everything later goes on the next one."""
        branch = self.branches[decimals]
        currency, coin = branch.currency_id, branch.currency_id.rounding
        with self.env.cr.savepoint() as savepoint:
            tiers = [[10**6 * coin, 10**7 * coin, 30], [10**7 * coin, None, 40]]
            self.rule.write(
                {
                    "percent": 20,
                    "tiers": "whole" if whole else "marginal",
                    "tier_ids": [
                        (0, 0, {"amount_from": start, "amount_to": stop or 0, "percent": rate})
                        for start, stop, rate in tiers
                    ],
                }
            )
            low, high = limits[0] * coin, (limits[0] + limits[1]) * coin
            if low or high:
                self.env["clinic.commission.limit"].create(
                    {
                        "practitioner_id": self.doctor.id,
                        "company_id": branch.id,
                        "minimum": low,
                        "maximum": high,
                        "date_from": "2026-03-01",
                        "date_to": "2026-03-01",
                    }
                )
            first = date(2026, 3, 1)
            prices = [currency.round(coins * coin) for coins, _steps in works]
            self.entries._earn(
                [
                    self._occasion(f"work {number}", branch, first, net, [(self.doctor, 100)])
                    for number, net in enumerate(prices)
                ]
            )
            for number in range(1 + max(len(steps) for _coins, steps in works)):
                self._settle_month(branch, first, number)
                bases = []
                for entry, (_coins, steps) in enumerate(works):
                    left = steps[min(number, len(steps)) - 1] if number and steps else 1000
                    bases.append(currency.round(prices[entry] * left / 1000))
                total = currency.round(month.of_tiers(tiers, whole, 20, currency.round(sum(bases))))
                total += month.of_limit(low, high, total)
                paid = sum(self.statements.search([("company_id", "=", branch.id)]).mapped("amount"))
                self.assertEqual(currency.compare_amounts(paid, total), 0)
                day = first + relativedelta(months=number + 1)
                for entry, (_coins, steps) in enumerate(works):
                    if number < len(steps):
                        self.entries._take_back(f"work {entry}", steps[number], 1000, day)
            savepoint.rollback()
        self.env.invalidate_all()

    def _settle_month(self, branch, first, number):
        start = first + relativedelta(months=number)
        with freeze_time(f"{start + relativedelta(months=1, days=3)} 12:00:00"):
            made = self.statements._generate(start, branch)
            made.filtered(lambda statement: statement.state == "draft").action_approve()
