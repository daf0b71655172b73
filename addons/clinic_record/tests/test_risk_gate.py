from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common import RecordCommon

NEUTRAL = "ask the practitioner"


@tagged("post_install", "-at_install")
class TestRiskGate(RecordCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lidocaine = cls.env["clinic.substance"].create({"name": "Test Lidocaine"})
        kinds = cls.env["clinic.risk.kind"]
        cls.pregnancy = kinds.create({"name": "Test Pregnancy", "type": "pregnancy"})
        cls.allergy = kinds.create(
            {
                "name": "Test Lidocaine Allergy",
                "type": "allergy",
                "substance_id": cls.lidocaine.id,
                "severity": "severe",
            }
        )
        cls.day = fields.Date.context_today(cls.env.user)
        cls.as_doctor = cls.env(user=cls.users["practitioner"])
        cls.as_cosmetologist = cls.env(user=cls.users["cosmetologist"])

    @contextmanager
    def _refused(self, error=psycopg2.IntegrityError):
        with mute_logger("odoo.sql_db"), self.assertRaises(error), self.env.cr.savepoint():
            yield
            self.env.flush_all()

    def _rule(self, kind=None, level="absolute", **vals):
        values = {"kind_id": (kind or self.pregnancy).id, "level": level, "text": "Not while it lasts.", **vals}
        return self.env["clinic.risk.rule"].create(values)

    def _risk(self, kind=None, **vals):
        return self.as_doctor["clinic.risk"].create(
            {"patient_id": self.patient.id, "kind_id": (kind or self.pregnancy).id, **vals}
        )

    def _arrived(self, **kwargs):
        return self.arrive(**kwargs).with_env(self.as_doctor)

    def _kinds(self, procedure):
        return [(reason["kind"], reason["level"]) for reason in procedure.gate()]

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

    # -- overrides ----------------------------------------------------------------------------------------------------

    def test_a_practitioner_overrides_a_stop_with_a_reason(self):
        self._rule()
        self._risk()
        procedure = self._arrived()
        [reason] = procedure.gate()
        self.assertTrue(reason["can_override"])
        for nothing in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Say why"):
                procedure.override_gate(reason["key"], nothing)
        override = procedure.override_gate(reason["key"], "Agreed with the gynaecologist")
        self.assertEqual(override.user_id, self.users["practitioner"])
        self.assertEqual(override.patient_id, self.patient)
        self.assertIn("Test Pregnancy", override.text)
        [reason] = procedure.gate()
        self.assertEqual((reason["overridden"], reason["can_override"]), (True, False))
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_an_override_stands_in_the_access_log_without_the_risk(self):
        self.registry_enter_test_mode()
        self._rule()
        self._risk()
        procedure = self._arrived()
        procedure.override_gate(procedure.gate()[0]["key"], "Agreed")
        entry = self.env["clinic.access.log"].sudo().search(
            [("action", "=", "override"), ("user_id", "=", self.users["practitioner"].id)]
        )
        self.assertEqual(entry.reason, f"risk, {procedure.visit_id.name}")

    def test_an_override_is_for_one_procedure_and_stays(self):
        self._rule()
        self._risk()
        procedure, other = self._arrived(), self._arrived(hours=2)
        override = procedure.override_gate(procedure.gate()[0]["key"], "Agreed")
        with self.assertRaises(GateClosed):
            other.action_start()
        with self.assertRaises(UserError):
            override.sudo().reason = "Something else"
        with self.assertRaises(UserError):
            override.sudo().unlink()

    def test_a_cosmetologist_gives_reasons_but_overrides_no_stop(self):
        rule = self._rule(level="relative")
        self._risk()
        procedure = self._arrived(practitioner=self.cosmetologist).with_env(self.as_cosmetologist)
        key = procedure.gate()[0]["key"]
        rule.level = "absolute"
        [reason] = procedure.gate()
        self.assertFalse(reason["can_override"])
        with self.assertRaisesRegex(AccessError, "Only a practitioner"):
            procedure.override_gate(reason["key"], "I dare")
        with self.assertRaisesRegex(UserError, "no longer stands"):
            procedure.override_gate(key, "It was only a question before")
        procedure.with_env(self.as_doctor).override_gate(reason["key"], "Examined")
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_an_ask_goes_on_by_a_reason(self):
        self._rule(level="relative")
        self._risk()
        procedure = self._arrived(practitioner=self.cosmetologist).with_env(self.as_cosmetologist)
        with self.assertRaises(GateClosed):
            procedure.action_start()
        procedure.override_gate(procedure.gate()[0]["key"], "Low dose only")
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_what_nobody_may_override(self):
        procedure = self._arrived()
        self.doctor.authorization_ids.date_to = "2020-12-31"
        [reason] = procedure.gate()
        self.assertEqual((reason["kind"], reason["can_override"]), ("authorization", False))
        with self.assertRaises(AccessError):
            procedure.override_gate(reason["key"], "I may")

    def test_the_facts_of_an_override_are_not_taken_from_the_caller(self):
        self._rule()
        self._risk()
        procedure = self._arrived()
        override = self.as_doctor["clinic.gate.override"].create(
            {
                "procedure_id": procedure.id,
                "key": procedure.gate()[0]["key"],
                "reason": "Agreed",
                "user_id": self.users["manager"].id,
                "text": "Nothing",
                "date": "2020-01-01",
            }
        )
        self.assertEqual(override.user_id, self.users["practitioner"])
        self.assertIn("Test Pregnancy", override.text)
        self.assertGreater(override.date.year, 2020)

    # -- who sees what ------------------------------------------------------------------------------------------------

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
            self.assertEqual((visit.state, action["tag"]), ("arrived", "display_notification"))
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

    def test_the_board_shows_it_before_the_start(self):
        self._rule()
        self._risk()
        procedure = self._arrived()
        self.assertIn("Stop: Test Pregnancy", self._labels("practitioner"))
        labels = self._labels("reception")
        self.assertTrue(any(NEUTRAL in label for label in labels))
        self.assertNotIn("Pregnancy", str(labels))
        procedure.override_gate(procedure.gate()[0]["key"], "Agreed")
        self.assertIn("Risk: Test Pregnancy", self._labels("practitioner"))

    def _labels(self, role):
        board = self.env["clinic.board"].with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids)
        return [flag["label"] for card in board.load()["procedures"] for flag in card["flags"]]

    # -- intervals ----------------------------------------------------------------------------------------------------

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
        procedure.override_gate(procedure.gate()[0]["key"], "A touch-up")
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

    # -- the record of risks ------------------------------------------------------------------------------------------

    def test_dates_are_in_order(self):
        with self._refused():
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
        with self.assertRaisesRegex(UserError, "is not changed"):
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
