from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestMonth(CommissionCommon):
    """What a month comes to as a whole: tiers, guarantees, caps; and again when something is taken back later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.branch._clinic_today()
        cls.statements = cls.env["clinic.commission.statement"]

    def setUp(self):
        super().setUp()
        self.booked = 0

    def _tiered(self, how, tiers=((2000, 3000, 30), (3000, 0, 40)), **vals):
        lines = [(0, 0, {"amount_from": start, "amount_to": stop, "percent": rate}) for start, stop, rate in tiers]
        return self._rule("Tiers", **{"percent": 20, "tiers": how, "tier_ids": lines, **vals})

    def _work(self, *prices):
        visits = self.env["clinic.visit"]
        for price in prices:
            start = self._at(9 + self.booked // 2, self.booked % 2 * 30)
            self.booked += 1
            visit = self._done(practitioner=self.doctor, start=start)
            visit.procedure_ids.price_unit = price
            visit.action_checkout()
            visits |= visit
        return visits

    def _generate(self, months=0):
        """Make the statements of this month, or of one of the next ``months``, on the first day after it."""
        month = self.today.replace(day=1) + relativedelta(months=months)
        with freeze_time(f"{month + relativedelta(months=1, days=2)} 12:00:00"):
            made = self.statements._generate(month, self.branch)
            return made.filtered(lambda statement: statement.practitioner_id == self.doctor)

    def _figures(self, kind):
        return self.env["clinic.commission.entry"].search([("kind", "=", kind)], order="id")

    def test_each_tier_for_what_lies_in_it(self):
        self._tiered("marginal")
        self._work(1500, 1000, 1000)
        statement = self._generate()
        # 20 % of 3,500 at once; then 2,000 at 20, 1,000 at 30, 500 at 40: 900.
        self.assertEqual((self._figures("tiers").amount, statement.amount, statement.base_amount), (200, 900, 3500))
        self.assertRegex(
            self._figures("tiers").explanation, "the tiers give 900.00 for 3,500.00; 700.00 was earned already"
        )

    def test_the_tier_that_is_reached_for_all_of_it(self):
        self._tiered("whole")
        self._work(1500, 1000, 1000)
        self.assertEqual(self._generate().amount, 1400)

    def test_a_month_that_is_not_over_has_no_figures(self):
        self._tiered("whole")
        self._work(3500)
        self.assertEqual(self.statements._generate(self.today, self.branch).amount, 700)
        self.assertEqual(self._generate().amount, 1400)

    def test_a_month_that_was_approved_before_its_end_is_completed_later(self):
        self._tiered("whole")
        self._work(3500)
        statement = self.statements._generate(self.today, self.branch)
        statement.action_approve()
        self.assertFalse(statement.is_complete)
        # Not by the next month's, which nobody made.
        self.assertEqual((self._generate(2).amount, statement.amount), (700, 700))
        self.assertTrue(statement.is_complete)
        self.assertFalse(self._generate(3))

    def test_once_more_adds_only_what_is_new(self):
        self._tiered("whole")
        self._work(1500, 1000)
        statement = self._generate()
        self.assertEqual(statement.amount, 750)
        self.assertEqual(self._generate(), statement)
        self.assertEqual(len(self._figures("tiers")), 1)
        self._work(1000)
        self.assertEqual(self._generate().amount, 1400)
        self.assertEqual(self._figures("tiers").mapped("amount"), [250, 450])

    def test_what_is_refunded_after_the_payout_takes_the_tiers_back_on_the_next_statement(self):
        self._tiered("whole")
        visits = self._work(1500, 1000, 1000)
        statement = self._generate()
        statement.action_approve()
        statement.action_paid()
        with freeze_time(f"{self.today + relativedelta(months=1)} 12:00:00"):
            self._credit(visits[0].invoice_id)
        following = self._generate(1)
        # 2,000 are left at 30 %: 600; paid were 1,400.
        self.assertEqual((statement.amount, following.amount), (1400, -800))
        with freeze_time(f"{self.today + relativedelta(months=2)} 12:00:00"):
            for visit in visits[1:]:
                self._credit(visit.invoice_id)
        self.assertEqual(self._generate(2).amount, -600, "nothing is left of it")

    def test_the_tiers_are_those_of_the_time(self):
        rule = self._tiered("whole")
        self._work(3500)
        rule.tier_ids[1].percent = 90
        self.assertEqual(self._generate().amount, 1400)

    @mute_logger("odoo.sql_db")
    def test_tiers_never_overlap(self):
        for tiers in (((0, 100, 10), (50, 200, 20)), ((0, 0, 10), (500, 900, 20)), ((10, 20, 1), (10, 20, 1))):
            with self.subTest(tiers=tiers), self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
                self._tiered("whole", tiers)
            message = self.env["clinic.commission.tier"]._sql_error_to_message(caught.exception)
            self.assertRegex(message, "Two tiers of this rule overlap")
        for tiers in (((100, 50, 10),), ((-1, 50, 10),), ((0, 50, 101),)):
            with self.subTest(tiers=tiers), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._tiered("whole", tiers)
        with self.assertRaisesRegex(ValidationError, "Add the tiers"), self.env.cr.savepoint():
            self._tiered("whole", ())

    def _limit(self, **vals):
        values = {"practitioner_id": self.doctor.id, "company_id": self.branch.id, **vals}
        return self.env["clinic.commission.limit"].create(values)

    def test_a_guarantee_makes_up_the_difference(self):
        self._rule(percent=40)
        self._limit(minimum=600)
        self._work(1000)
        self.assertEqual(self._generate().amount, 600)
        self.assertRegex(self._figures("limit").explanation, "600.00 guaranteed, 400.00 was earned")
        self._work(2000)
        statement = self._generate()
        self.assertEqual((statement.amount, self._figures("limit").mapped("amount")), (1200, [200, -200]))

    def test_a_guarantee_is_paid_to_who_earned_nothing(self):
        self._limit(minimum=600)
        statement = self._generate()
        self.assertEqual((statement.amount, statement.entry_count), (600, 1))

    def test_a_cap_cuts_and_gives_back_what_was_taken_back(self):
        self._rule(percent=40)
        limit = self._limit(maximum=500)
        visits = self._work(1000, 1000)
        statement = self._generate()
        self.assertEqual(statement.amount, 500)
        self.assertRegex(self._figures("limit").explanation, "capped at 500.00, 800.00 was earned")
        statement.action_approve()
        # A month that was settled keeps what counted then.
        limit.maximum = 100
        with freeze_time(f"{self.today + relativedelta(months=1)} 12:00:00"):
            self._credit(visits[0].invoice_id)
        self.assertEqual(self._generate(1).amount, -100, "400 of the 500 are left")

    @mute_logger("odoo.sql_db")
    def test_what_a_limit_may_not_be(self):
        with self.assertRaisesRegex(ValidationError, "at least, or at most"), self.env.cr.savepoint():
            self._limit()
        for vals in ({"minimum": 5, "maximum": 3}, {"minimum": -1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._limit(**vals)
        self._limit(minimum=1)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._limit(minimum=2)

    def test_a_refund_after_the_payout_goes_on_the_next_statement(self):
        self._rule(percent=40)
        visits = self._work(1000)
        statement = self._generate()
        statement.action_approve()
        statement.action_paid()
        with freeze_time(f"{self.today + relativedelta(months=1)} 12:00:00"):
            self._credit(visits.invoice_id)
        self.assertEqual((self._generate(1).amount, statement.amount), (-400, 400))

    # -- each entry in its month --------------------------------------------------------------------------------------

    def _of(self, months=0):
        """Return the statement of this month, or of one of the next ``months``."""
        month = self.today.replace(day=1) + relativedelta(months=months)
        return self.statements.search([("practitioner_id", "=", self.doctor.id), ("date_from", "=", month)])

    def _credit_later(self, visit, months=1):
        with freeze_time(f"{self.today + relativedelta(months=months)} 12:00:00"):
            self._credit(visit.invoice_id)

    def test_a_later_month_leaves_the_earlier_ones_what_is_theirs(self):
        self._rule(percent=40)
        visits = self._work(1000, 2000)
        self._credit_later(visits[0])
        # Only the later month is asked for.
        self.assertEqual(self._generate(1).amount, -400)
        self.assertEqual((self._of().state, self._of().amount), ("draft", 1200))
        self._work(500)
        self._generate(1)
        self.assertEqual((self._of().amount, self._of(1).amount), (1400, -400))

    def test_an_earlier_month_that_is_made_on_the_way_is_a_whole_month(self):
        self._tiered("whole")
        self._limit(minimum=1500)
        self._work(3500)
        self._credit_later(self._work(1000)[0])
        # 3,500 are left at 40 %: 1,400, made up to 1,500. The later month has its own guarantee, and the 200 less.
        self.assertEqual((self._generate(1).amount, self._of().amount), (1300, 1700))
        self.assertTrue(self._of().is_complete)

    def test_what_is_too_late_for_an_approved_month_goes_on_the_next_draft(self):
        self._rule(percent=40)
        visits = self._work(1000, 1000)
        self._generate().action_approve()
        self._credit_later(visits[0])
        self._generate(1)
        self._work(2000)
        self.assertFalse(self._generate(2))
        self.assertEqual((self._of().amount, self._of(1).amount), (800, 400))

    # -- guarantees and caps until the approval -----------------------------------------------------------------------

    def test_a_wrong_cap_is_corrected_until_the_approval(self):
        self._rule(percent=40)
        limit = self._limit(maximum=300)
        self._work(1000, 1000)
        self.assertEqual(self._generate().amount, 300)
        for maximum, amount in ((3000, 800), (500, 500), (0.01, 0.01), (700, 700)):
            limit.maximum = maximum
            self.assertEqual(self._generate().amount, amount)
        self._generate().action_approve()
        limit.maximum = 100
        self._work(1000)
        self._generate()
        self.assertEqual(self._generate(1).amount, 0, "700 was the cap of that month, and it was reached")

    def test_a_guarantee_that_is_entered_later_changes_no_settled_month(self):
        self._rule(percent=40)
        self._work(1000)
        self._generate().action_approve()
        self._limit(minimum=1000, date_from=False)
        self._work(1000)
        # The 400 that came too late, and the guarantee of the later month.
        self.assertEqual((self._generate(1).amount, self._of().amount), (1400, 400))

    def test_a_cap_that_was_not_reached_stays_the_cap_of_its_month(self):
        self._rule(percent=40)
        limit = self._limit(maximum=500)
        self._work(1000)
        self._generate().action_approve()
        limit.unlink()
        self._work(1000)
        self.assertEqual(self._generate(1).amount, 100)

    def test_a_limit_begins_with_this_month_unless_it_says_otherwise(self):
        self.assertEqual(self._limit(minimum=1).date_from, self.today.replace(day=1))

    def test_a_guarantee_ends_with_who_has_left(self):
        self._limit(minimum=600, date_from=False)
        self._rule(percent=40)
        visits = self._work(1000)
        self.assertEqual(self._generate().amount, 600)
        self._of().action_approve()
        self.doctor.active = False
        self.assertFalse(self._generate(1))
        # What is taken back of an earlier month is made up in that month, and the one after it owes nothing.
        self._credit_later(visits[0], 2)
        for _again in range(2):
            self.assertEqual(self._generate(2).amount, 0)
        self.assertEqual(self._figures("limit").mapped("amount"), [200, 400])
