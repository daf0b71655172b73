from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common_risk import RiskCommon

NEUTRAL = "ask the practitioner"


@tagged("post_install", "-at_install")
class TestRiskShown(RiskCommon):
    """All of a risk to those who treat, to reception that there is something: from the booking to the start."""

    def test_reception_sees_that_there_is_something(self):
        self._rule()
        self._risk()
        self._risk(self.allergy)
        procedure = self._arrived()
        shown = procedure.with_user(self.users["reception"]).gate()
        self.assertEqual([reason["level"] for reason in shown], ["stop", "info"])
        for reason in shown:
            self.assertIn(NEUTRAL, reason["text"])
            self.assertFalse(reason["can_override"])
        self.assertNotIn("Pregnancy", str(shown))
        self.assertNotIn("Lidocaine", str(shown))
        with self.assertRaises(GateClosed) as caught:
            procedure.with_user(self.users["reception"]).action_start()
        self.assertNotIn("Pregnancy", str(caught.exception.args) + str(caught.exception.context))
        self.assertNotIn("Pregnancy", str(procedure.with_user(self.users["reception"]).read(["gate_reasons"])))

    def test_the_arrival_is_noted_and_the_warning_told(self):
        self._rule()
        self._risk()
        for role, said in (("reception", NEUTRAL), ("practitioner", "Test Pregnancy")):
            visit = self.book(start=fields.Datetime.now() + timedelta(minutes=5), practitioner=self.doctor)
            action = visit.with_user(self.users[role]).action_arrive()
            self.assertEqual((visit.state, action["tag"]), ("arrived", "clinic_visit.notice"))
            self.assertIn(said, action["params"]["message"])
            visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))

    def test_an_arrival_without_risks_says_nothing(self):
        self.assertIs(self.book(start=fields.Datetime.now()).action_arrive(), True)

    def test_the_booking_dialog_warns(self):
        self._rule(treatment_id=self.facial.id)
        self._risk()
        for role, said in (("reception", NEUTRAL), ("practitioner", "Test Pregnancy")):
            form = Form(self.env["clinic.visit.book"].with_user(self.users[role]))
            form.patient_id = self.patient
            form.treatment_ids.add(self.laser)
            self.assertFalse(form.warning)
            form.treatment_ids.add(self.facial)
            self.assertIn(said, form.warning)
            self.assertEqual("Pregnancy" in form.warning, role == "practitioner")

    def test_booking_asks_no_question_more(self):
        self._rule()
        self._risk()
        visit = self.book(practitioner=self.doctor)
        self.assertEqual(visit.state, "booked")

    def test_the_list_of_visits_shows_it_too(self):
        self._rule()
        self._risk()
        visit = self._arrived().visit_id
        other = self.env["clinic.patient"].create({"name": "Bilal Test"})
        visits = self.env["clinic.visit"].with_company(self.branch)
        quiet = visits.book(other, self.facial, self._at(9, days=2), self.doctor)
        for role, said in (("reception", NEUTRAL), ("practitioner", "Stop: Test Pregnancy")):
            shown = (visit | quiet).with_user(self.users[role])
            self.assertEqual(shown.mapped("risk_level"), ["stop", False])
            self.assertIn(said, shown[0].risk_label)
            self.assertEqual("Pregnancy" in shown[0].risk_label, role == "practitioner")

    def test_the_board_shows_it_before_the_start(self):
        self._rule()
        self._risk()
        procedure = self._arrived()
        self.assertIn("Stop: Test Pregnancy", self._labels("practitioner"))
        labels = self._labels("reception")
        self.assertTrue(any(NEUTRAL in label for label in labels))
        self.assertNotIn("Pregnancy", str(labels))
        procedure.override_gate(procedure.gate()[0]["key"], "Agreed with the patient")
        self.assertIn("Risk: Test Pregnancy", self._labels("practitioner"))

    def test_the_board_shows_an_interval_that_is_not_kept(self):
        self.be_earlier(self._performed(), days=10)
        procedure = self._arrived()
        for least, latest, label in (
            (14, 0, "Interval too short: Facial"),
            (0, 5, "Interval too long: Facial"),
            (7, 21, None),
            (0, 0, None),
        ):
            with self.subTest(least=least, latest=latest):
                self.facial.write({"interval_least": least, "interval_latest": latest})
                shown = [text for text in self._labels("reception") if text.startswith("Interval")]
                self.assertEqual(shown, [label] if label else [])
        self.facial.write({"interval_least": 14, "interval_latest": 0})
        procedure.override_gate(procedure.gate()[0]["key"], "Touch-up at the brow only")
        self.assertNotIn("Interval too short: Facial", self._labels("reception"))

    def _performed(self):
        procedure = self.start_visit()
        procedure.visit_id.action_done()
        return procedure

    def _labels(self, role):
        board = self.env["clinic.board"].with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids)
        return [flag["label"] for card in board.load()["procedures"] for flag in card["flags"]]
