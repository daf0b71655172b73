import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestRule(CommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure = cls.book(practitioner=cls.doctor).procedure_ids

    def _match(self, day="2026-06-15"):
        return self.rules._match(self.procedure, day)

    @mute_logger("odoo.sql_db")
    def assert_impossible(self, pattern, **vals):
        """The database refuses the rule, and the person at the screen reads ``pattern``."""
        with self.assertRaises(psycopg2.IntegrityError) as caught, self.env.cr.savepoint():
            self._rule(**vals)
        self.assertRegex(self.rules._sql_error_to_message(caught.exception), pattern)

    def test_the_first_match_wins(self):
        self._rule("General", sequence=30)
        own = self._rule("Own", sequence=20, practitioner_id=self.doctor.id)
        self._rule("Other's", sequence=1, practitioner_id=self.cosmetologist.id)
        self._rule("Laser", sequence=2, treatment_id=self.laser.id)
        self.assertEqual(self._match(), own)
        category = self._rule("Skin", sequence=5, category_id=self.category.id)
        self.assertEqual(self._match(), category)

    def test_no_rule_no_commission(self):
        self.assertFalse(self._match())

    def test_dates(self):
        first = self._rule("First", date_from="2026-01-01", date_to="2026-06-30")
        second = self._rule("Second", date_from="2026-07-01")
        self.assertEqual(self._match(day="2026-06-30"), first)
        self.assertEqual(self._match(day="2026-07-01"), second)
        self.assertFalse(self._match(day="2025-12-31"))

    def test_a_percentage_lies_between_0_and_100(self):
        for percent in (101, 100.01, -1):
            with self.subTest(percent=percent):
                self.assert_impossible("between 0 and 100 percent", percent=percent)

    def test_dates_of_the_same_scope_do_not_overlap(self):
        self._rule("First", date_from="2026-01-01", date_to="2026-06-30")
        self.assert_impossible("Another rule for the same practitioner", date_from="2026-06-30")
        self.assert_impossible("valid at the same time")
        self._rule("Later", date_from="2026-07-01")
        self._rule("Other scope", practitioner_id=self.doctor.id)

    def test_dates_in_order_and_one_scope(self):
        self.assert_impossible("cannot come before its first", date_from="2026-02-01", date_to="2026-01-01")
        self.assert_impossible("choose only one of them", treatment_id=self.facial.id, category_id=self.category.id)

    def test_a_rule_gives_something(self):
        with self.assertRaisesRegex(ValidationError, "Enter the percentage"), self.env.cr.savepoint():
            self._rule(percent=0)
        with self.assertRaisesRegex(ValidationError, "Enter the amount"):
            self._rule(kind="flat", amount=0)
