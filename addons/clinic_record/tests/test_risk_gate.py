from datetime import timedelta

from odoo import Command
from odoo.tests import Form, tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common_risk import RiskCommon


@tagged("post_install", "-at_install")
class TestRiskGate(RiskCommon):
    """What a rule, an allergy or an interval means for a procedure that is about to start."""

    def test_an_absolute_rule_stops_the_start(self):
        self._rule(treatment_id=self.facial.id)
        self._risk(description="Week 20")
        procedure = self._arrived()
        with self.assertRaises(GateClosed) as caught:
            procedure.action_start()
        self.assertIn("Test Pregnancy", caught.exception.args[0])
        self.assertIn("Not while it lasts.", caught.exception.args[0])
        self.assertNotIn("Pregnancy", str(caught.exception), "the server's log learns nothing")
        self.assertEqual(procedure.state, "planned")

    def test_a_rule_by_category_reaches_the_categories_below(self):
        below = self.env["product.category"].create({"name": "Below", "parent_id": self.category.id})
        self._rule(category_id=self.category.id)
        self._risk()
        procedure = self._arrived()
        self.assertEqual(self._kinds(procedure), [("risk", "stop")])
        self.facial.categ_id = below
        self.assertEqual(self._kinds(procedure), [("risk", "stop")])
        self.facial.categ_id = self.env["product.category"].create({"name": "Elsewhere"})
        self.env["clinic.authorization"].create({"practitioner_id": self.doctor.id, "treatment_id": self.facial.id})
        self.assertEqual(self._kinds(procedure), [])

    def test_a_rule_by_substance_and_for_every_treatment(self):
        kind = self.env["clinic.risk.kind"].create(
            {"name": "Takes it", "type": "medication", "substance_id": self.lidocaine.id}
        )
        self._rule(kind_id=False, substance_id=self.lidocaine.id, level="relative")
        self._risk(kind)
        self.assertEqual(self._kinds(self._arrived()), [("risk", "ask")])

    def test_the_gravest_rule_counts(self):
        self._rule(level="information")
        self._rule(treatment_id=self.facial.id, level="relative")
        self._risk()
        self.assertEqual(self._kinds(self._arrived()), [("risk", "ask")])

    def test_information_does_not_stop(self):
        self._rule(level="information")
        self._risk()
        procedure = self._arrived()
        self.assertEqual(self._kinds(procedure), [("risk", "info")])
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_an_ended_risk_counts_for_the_days_after(self):
        rule = self._rule(after_days=30)
        self._risk(date_from=self.day - timedelta(days=90), date_to=self.day - timedelta(days=30))
        procedure = self._arrived()
        self.assertEqual(self._kinds(procedure), [("risk", "stop")])
        rule.after_days = 29
        self.assertEqual(self._kinds(procedure), [])

    def test_a_risk_that_begins_later_or_has_ended_is_none(self):
        self._rule()
        self._risk(date_from=self.day + timedelta(days=5))
        self._risk(date_from=self.day - timedelta(days=9), date_to=self.day - timedelta(days=2))
        self.assertEqual(self._kinds(self._arrived()), [])

    def test_a_grave_risk_without_a_rule_is_told(self):
        self._risk(self.allergy)
        self.assertEqual(self._kinds(self._arrived()), [("risk", "info")])

    def test_an_allergy_meets_what_the_treatment_is_expected_to_use(self):
        cream = self.env["product.product"].create({"name": "Numbing Cream", "substance_ids": self.lidocaine.ids})
        protocol = self.env["clinic.protocol"].create(
            {"treatment_id": self.facial.id, "item_ids": [Command.create({"product_id": cream.id})]}
        )
        severe = self._risk(self.allergy)
        procedure = self._arrived()
        self.assertEqual(self._kinds(procedure), [("risk", "info")], "a draft expects nothing")
        protocol.action_publish()
        self.assertEqual(self._kinds(procedure), [("risk", "stop")])
        severe.severity = "mild"
        self.assertEqual(self._kinds(procedure), [("risk", "ask")])
        self.lidocaine.product_ids = False
        self.assertEqual(self._kinds(procedure), [("risk", "info")])

    def _session(self, days):
        """Perform the facial, and let it have been ``days`` ago."""
        procedure = self.start_visit()
        procedure.action_done()
        start = procedure.start - timedelta(days=days)
        procedure._write_without_reservations({"start": start, "stop": start + timedelta(minutes=30)})
        return procedure

    def test_too_early_stops_until_somebody_says_why(self):
        self.facial.interval_least = 14
        self._session(days=13)
        procedure = self._arrived()
        with self.assertRaisesRegex(GateClosed, "13 days ago; at least 14"):
            procedure.action_start()
        procedure.override_gate(procedure.gate()[0]["key"], "A touch-up at the brow")
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_in_time_is_in_time(self):
        self.facial.write({"interval_least": 14, "interval_latest": 14})
        self._session(days=14)
        self.assertEqual(self._kinds(self._arrived()), [])

    def test_too_late_is_told(self):
        self.facial.interval_latest = 30
        self._session(days=31)
        procedure = self._arrived()
        self.assertEqual(self._kinds(procedure), [("interval", "info")])
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_the_dialog_tells_of_a_course_that_is_late(self):
        self.facial.interval_latest = 30
        self._session(days=31)
        form = Form(self.env["clinic.visit.book"].with_user(self.users["reception"]))
        form.patient_id = self.patient
        form.treatment_ids.add(self.facial)
        self.assertIn("Interval too long", form.warning)

    def test_intervals_are_in_order(self):
        with self._refused():
            self.facial.write({"interval_least": 30, "interval_latest": 20})
