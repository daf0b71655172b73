from datetime import timedelta

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PaymentCommon


@tagged("post_install", "-at_install")
class TestRule(PaymentCommon):
    def setUp(self):
        super().setUp()
        self.rule.active = False

    def _asked(self, treatments=None, patient=None, start=None, channel="phone"):
        """Return the amount and the rule that counts."""
        rule, amount = self.rules._strictest(
            self.branch, patient or self.patient, treatments or self.laser, start or self._at(10), channel
        )
        return amount, rule

    def _refused(self, **vals):
        """No rule with ``vals`` gets into the database."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._rule(**vals)
        except (ValidationError, psycopg2.IntegrityError):
            return
        self.fail(f"A rule with {vals} was taken")

    def test_without_rules_nothing_is_asked(self):
        self.assertEqual(self._asked()[0], 0)
        self.assertEqual(self.book(self.laser).state, "booked")

    def test_each_kind_asks_its_own(self):
        for kind, vals, amount in (
            ("none", {}, 0),
            ("fixed", {"amount": 2000}, 2000),
            # Never more than the price.
            ("fixed", {"amount": 9000}, 5750),
            ("percent", {"percent": 30}, 1725),
            ("full", {}, 5750),
        ):
            with self.subTest(kind=kind, **vals):
                rule = self._rule(kind=kind, **vals)
                self.assertEqual(self._asked()[0], amount)
                rule.active = False

    def test_the_strictest_counts(self):
        little = self._rule(kind="fixed", amount=500)
        much = self._rule(kind="percent", percent=50, min_price=5000)
        self._rule(kind="none", treatment_id=self.laser.id)
        self.assertEqual(self._asked(), (2875, much))
        self.assertEqual(self._asked(self.facial), (500, little))

    def test_each_condition(self):
        other = self.env["product.category"].create({"name": "Other"})
        below = self.env["product.category"].create({"name": "Below", "parent_id": other.id})
        peel = self._create_treatment("Peel", categ_id=below.id, list_price=2000)
        peel.taxes_id = False
        day = self.branch._clinic_local(self._at(10)).date()
        for vals, asked, not_asked in (
            ({"treatment_id": self.laser.id}, {}, {"treatments": self.facial}),
            ({"category_id": other.id}, {"treatments": peel}, {}),
            ({"channel": "online"}, {"channel": "online"}, {"channel": "desk"}),
            ({"min_minutes": 45}, {}, {"treatments": self.facial}),
            ({"min_minutes": 75}, {"treatments": self.laser | self.facial}, {}),
            ({"min_price": 5750}, {}, {"treatments": self.facial}),
            ({"company_id": self.branch.id}, {}, None),
            ({"date_from": day, "date_to": day}, {}, {"start": self._at(10, days=8)}),
            ({"date_to": day - timedelta(days=1)}, {"start": self._at(10, days=6)}, {}),
        ):
            with self.subTest(vals):
                rule = self._rule(kind="fixed", amount=100, **vals)
                self.assertEqual(self._asked(**asked)[0], 100)
                if not_asked is not None:
                    self.assertEqual(self._asked(**not_asked)[0], 0)
                rule.active = False

    def test_another_branch_s_rule_is_none_of_ours(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._rule(kind="full", company_id=other.id)
        self.assertEqual(self._asked()[0], 0)

    def test_what_a_rule_for_one_treatment_counts(self):
        self._rule(kind="percent", percent=50, treatment_id=self.facial.id)
        self.assertEqual(self._asked(self.facial | self.laser)[0], 575)

    def test_new_patients_and_those_who_missed_visits(self):
        missed = self.env["clinic.visit"].concat(*(self.book(start=self._at(hour)) for hour in (11, 12)))
        rule = self._rule(kind="fixed", amount=100, is_new_patient=True)
        self._rule(kind="fixed", amount=200, min_no_shows=2)
        self.assertEqual(self._asked()[0], 100)
        rule.active = False
        self._done()
        rule.active = True
        self.assertEqual(self._asked()[0], 0)
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_visit SET state = 'no_show' WHERE id = ANY(%s)", [missed[:1].ids])
        self.assertEqual(self._asked()[0], 0)
        self.env.cr.execute("UPDATE clinic_visit SET state = 'no_show' WHERE id = ANY(%s)", [missed.ids])
        self.assertEqual(self._asked()[0], 200)

    def test_what_no_rule_may_say(self):
        for vals in (
            {"percent": 0},
            {"percent": 101},
            {"percent": 0.5},
            {"kind": "fixed", "amount": 0},
            {"kind": "fixed", "amount": -5},
            {"kind": "full", "min_price": -1},
            {"kind": "full", "min_no_shows": -1},
            {"kind": "full", "treatment_id": self.laser.id, "category_id": self.category.id},
            {"kind": "full", "date_from": "2030-02-01", "date_to": "2030-01-01"},
            {"kind": "full", "online_minutes": 0},
            {"kind": "full", "phone_hours": -2},
            {"kind": "full", "treatment_id": self.cream.product_tmpl_id.id},
        ):
            with self.subTest(vals):
                self._refused(**vals)

    def test_two_rules_with_the_same_conditions_do_not_overlap(self):
        conditions = {"kind": "full", "treatment_id": self.laser.id, "channel": "phone", "min_price": 10}
        self._rule(**conditions, date_to="2030-01-31")
        self._rule(**conditions, date_from="2030-02-01")
        self._rule(**{**conditions, "min_price": 11})
        self._refused(**conditions, date_from="2030-01-31", date_to="2030-02-10")
