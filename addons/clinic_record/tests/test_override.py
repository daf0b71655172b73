from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common_risk import RiskCommon


@tagged("post_install", "-at_install")
class TestOverride(RiskCommon):
    """Who overrides what, with a reason that stays."""

    def test_a_practitioner_overrides_a_stop_with_a_reason(self):
        self._rule()
        self._risk()
        procedure = self._arrived()
        [reason] = procedure.gate()
        self.assertTrue(reason["can_override"])
        for nothing in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Say why"):
                procedure.override_gate(reason["key"], nothing)
        for empty in ("x", "ok ok", "........ ........", "Unquestionably"):
            with self.assertRaisesRegex(UserError, "does not say why"):
                procedure.override_gate(reason["key"], empty)
        override = procedure.override_gate(reason["key"], "Agreed with the gynaecologist")
        self.assertEqual(override.user_id, self.users["practitioner"])
        self.assertEqual(override.patient_id, self.patient)
        self.assertIn("Test Pregnancy", override.text)
        [reason] = procedure.gate()
        self.assertEqual((reason["overridden"], reason["can_override"]), (True, False))
        # Who treats sees why; the front desk neither what nor why.
        self.assertIn("Agreed with the gynaecologist", reason["why"])
        [shown] = procedure.with_user(self.users["reception"]).gate()
        self.assertFalse(shown.get("why"))
        procedure.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_an_override_stands_in_the_access_log_without_the_risk(self):
        self.registry_enter_test_mode()
        self._rule()
        self._risk()
        procedure = self._arrived()
        procedure.override_gate(procedure.gate()[0]["key"], "Agreed with the patient")
        entry = (
            self.env["clinic.access.log"]
            .sudo()
            .search([("action", "=", "override"), ("user_id", "=", self.users["practitioner"].id)])
        )
        self.assertEqual(entry.reason, f"risk, {procedure.visit_id.name}")

    def test_an_override_is_for_one_procedure_and_stays(self):
        self._rule()
        self._risk()
        procedure, other = self._arrived(), self._arrived(hours=2)
        override = procedure.override_gate(procedure.gate()[0]["key"], "Agreed with the patient")
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
            procedure.override_gate(reason["key"], "I dare to do it")
        with self.assertRaisesRegex(UserError, "no longer stands"):
            procedure.override_gate(key, "It was only a question before")
        procedure.with_env(self.as_doctor).override_gate(reason["key"], "Examined by me today")
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
            procedure.override_gate(reason["key"], "I may do that today")

    def test_the_facts_of_an_override_are_not_taken_from_the_caller(self):
        self._rule()
        self._risk()
        procedure = self._arrived()
        overrides = self.as_doctor["clinic.gate.override"]
        key = procedure.gate()[0]["key"]
        values = {"procedure_id": procedure.id, "key": key, "reason": "Agreed with the patient"}
        forged = {"user_id": self.users["manager"].id, "text": "Nothing", "date": "2020-01-01"}
        for name, value in forged.items():
            with self.subTest(name=name), self.assertRaisesRegex(AccessError, "by hand"):
                overrides.create({**values, name: value})
        override = overrides.with_context(**{f"default_{name}": value for name, value in forged.items()}).create(values)
        self.assertEqual(override.user_id, self.users["practitioner"])
        self.assertIn("Test Pregnancy", override.text)
        self.assertGreater(override.date.year, 2020)
