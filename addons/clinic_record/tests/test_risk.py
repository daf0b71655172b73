from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_risk import RiskCommon


@tagged("post_install", "-at_install")
class TestRisk(RiskCommon):
    """Risks and rules as they are recorded."""

    def test_dates_are_in_order(self):
        with self.assertRaisesRegex(ValidationError, "before its first"):
            self._risk(date_from=self.day, date_to=self.day - timedelta(days=1))

    def test_current_is_found(self):
        lasting = self._risk()
        ended = self._risk(date_to=self.day - timedelta(days=1))
        coming = self._risk(date_from=self.day + timedelta(days=1))
        risks = self.as_doctor["clinic.risk"]
        own = [("patient_id", "=", self.patient.id)]
        self.assertEqual(risks.search([*own, ("current", "=", True)]), lasting)
        self.assertEqual(risks.search([*own, ("current", "=", False)]), ended | coming)
        self.assertEqual(self.patient.with_env(self.as_doctor).risk_count, 1)

    def test_only_the_author_corrects_and_nothing_that_has_ended(self):
        risk = self._risk()
        risk.description = "Week 12"
        with self.assertRaises(AccessError):
            risk.with_env(self.as_cosmetologist).description = "Week 13"
        with self.assertRaisesRegex(AccessError, "by hand"):
            risk.patient_id = self.patient.copy({"name": "Another", "partner_id": False})
        risk.date_to = self.day - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "has ended"):
            risk.date_to = False

    def test_who_ends_a_risk(self):
        by_cosmetologist = self.as_cosmetologist["clinic.risk"].create(
            {"patient_id": self.patient.id, "kind_id": self.pregnancy.id}
        )
        by_doctor = self._risk()
        with self.assertRaisesRegex(AccessError, "Ask a practitioner"):
            by_doctor.with_env(self.as_cosmetologist).action_end()
        by_cosmetologist.with_env(self.as_doctor).action_end()
        self.assertEqual(by_cosmetologist.date_to, self.day)
        self.assertEqual(by_cosmetologist.ended_by_id, self.users["practitioner"])

    def test_a_rule_names_one_risk_and_one_scope(self):
        for vals in (
            {"kind_id": False},
            {"substance_id": self.lidocaine.id},
            {"treatment_id": self.facial.id, "category_id": self.category.id},
            {"after_days": -1},
        ):
            with self.subTest(vals=list(vals)), self._refused():
                self._rule(**vals)
        with self._refused(ValidationError):
            self._rule(treatment_id=self.env["product.template"].create({"name": "Cream"}).id)

    def test_a_rule_is_unique(self):
        self._rule(treatment_id=self.facial.id)
        self._rule(treatment_id=self.laser.id)
        with self._refused():
            self._rule(treatment_id=self.facial.id, level="relative")

    @freeze_time("2026-03-31 22:00:00")
    def test_a_risk_of_today_is_shown_whatever_zone_the_browser_has(self):
        # It is 1 April in the branch; a grade 3 reaction of this morning must not read "No risks on record".
        self.calendar.tz = "Asia/Karachi"
        for zone in ("UTC", "America/Los_Angeles", "Asia/Karachi"):
            with self.subTest(zone=zone), self.env.cr.savepoint() as savepoint:
                self.users["practitioner"].tz = zone
                risk = self._risk(self.allergy, date_from="2026-04-01")
                self.assertTrue(risk.current)
                self.assertEqual(self.as_doctor["clinic.risk"].search([("current", "=", True)]), risk)
                card = self.as_doctor["clinic.patient.card"].load(self.patient.id)
                self.assertEqual([shown["id"] for shown in card["risks"]], [risk.id])
                risk.action_end()
                self.assertEqual(fields.Date.to_string(risk.date_to), "2026-04-01")
                savepoint.rollback()
                self.env.invalidate_all()
