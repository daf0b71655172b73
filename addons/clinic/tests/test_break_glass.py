from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon

REASON = "MARKER swelling"


@tagged("post_install", "-at_install")
class TestBreakGlass(ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(cls.env, "test_officer", "clinic.group_privacy_officer")

    def _break(self, role="practitioner", reason=REASON):
        return self.patient.with_user(self.users[role]).break_glass(reason)

    def test_it_admits_the_asking_user_for_twelve_hours(self):
        doctor = self.users["practitioner"]
        with freeze_time("2026-03-02 09:00:00") as clock:
            self.assertTrue(self._break())
            self.assertEqual(self.patient.emergency_user_ids, doctor)
            clock.tick(timedelta(hours=11, minutes=59))
            found = self.env["clinic.patient"].search([("emergency_user_ids", "in", doctor.ids)])
            self.assertEqual(found, self.patient)
            clock.tick(timedelta(minutes=1))
            self.patient.invalidate_recordset()
            self.assertFalse(self.patient.emergency_user_ids)

    def test_only_who_treats_may(self):
        self.assertTrue(self._break("cosmetologist"))
        for role in ("reception", "warehouse", "accountant", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._break(role)

    def test_no_caller_s_context_keeps_the_officers_from_being_told(self):
        patient = self.patient.with_user(self.users["practitioner"])
        patient.with_context(mail_activity_automation_skip=True).break_glass(REASON)
        access = self.env["clinic.break.glass"].search([("patient_id", "=", self.patient.id)])
        self.assertIn(self.officer, access.activity_ids.user_id)

    def test_a_reason_is_asked(self):
        for reason in ("", "  ", False):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "Say why"):
                self._break(reason=reason)
        for reason in ("x", "no no", "Emergency"):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "does not say why"):
                self._break(reason=reason)

    def test_who_and_how_long_are_no_inputs(self):
        accesses = self.env["clinic.break.glass"].with_user(self.users["practitioner"])
        values = {"patient_id": self.patient.id, "reason": REASON}
        for forged in ({"user_id": self.users["cosmetologist"].id}, {"until": "2099-01-01"}):
            with self.subTest(forged=forged), self.assertRaisesRegex(AccessError, "by hand"):
                accesses.create({**values, **forged})
        access = accesses.with_context(default_until="2099-01-01").create(values)
        self.assertEqual(access.user_id, self.users["practitioner"])
        self.assertLess(access.until, fields.Datetime.now() + timedelta(hours=13))

    def test_nobody_changes_or_deletes_it(self):
        self._break()
        access = self.env["clinic.break.glass"].search([("patient_id", "=", self.patient.id)])
        for attempt in (lambda: access.write({"reason": "X"}), access.unlink):
            with self.assertRaisesRegex(AccessError, "neither changed nor deleted"):
                attempt()

    def test_each_sees_the_own_and_the_privacy_officer_all(self):
        self._break()
        self._break("cosmetologist")
        accesses = self.env["clinic.break.glass"]
        for user, count in ((self.users["practitioner"], 1), (self.users["cosmetologist"], 1), (self.officer, 2)):
            found = accesses.with_user(user).search([("patient_id", "=", self.patient.id)])
            self.assertEqual(len(found), count, user.login)

    def test_the_privacy_officer_is_told_without_name_and_reason(self):
        self._break()
        access = self.env["clinic.break.glass"].search([("patient_id", "=", self.patient.id)])
        activity = access.activity_ids.filtered(lambda one: one.user_id == self.officer)
        self.assertEqual(len(activity), 1)
        told = " ".join(str(activity[name]) for name in ("summary", "note", "res_name", "display_name"))
        self.assertIn(self.patient.number, told)
        for secret in ("MARKER", self.patient.name):
            self.assertNotIn(secret, told)
        mails = self.env["mail.message"].search([]).mapped("body")
        self.assertFalse([body for body in mails if "MARKER" in (body or "")])

    def test_it_stands_in_the_access_log(self):
        self.registry_enter_test_mode()
        self._break()
        row = self.env["clinic.access.log"].search([], limit=1)
        self.assertEqual((row.action, row.patient_id, row.reason), ("break_glass", self.patient, REASON))
        self.assertEqual(row.user_id, self.users["practitioner"])

    def test_a_manager_appoints_colleagues_and_nobody_themselves(self):
        manager, doctor = self.users["manager"], self.users["practitioner"]
        colleague = doctor.with_user(manager)
        self.assertFalse(colleague.is_privacy_officer)
        colleague.action_appoint_privacy_officer()
        self.assertTrue(colleague.is_privacy_officer)
        self.assertTrue(doctor.has_group("clinic.group_privacy_officer"))
        colleague.action_dismiss_privacy_officer()
        self.assertFalse(doctor.has_group("clinic.group_privacy_officer"))
        with self.assertRaisesRegex(UserError, "Nobody appoints"):
            manager.with_user(manager).action_appoint_privacy_officer()
        for role in ("reception", "practitioner", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.users["cosmetologist"].with_user(self.users[role]).action_appoint_privacy_officer()
        officers = self.env.ref("clinic.group_privacy_officer").all_user_ids
        (officers - self.officer).group_ids -= self.env.ref("clinic.group_privacy_officer")
        with self.assertRaisesRegex(UserError, "needs a privacy officer"):
            self.officer.with_user(manager).action_dismiss_privacy_officer()

    def test_the_dialog_leads_to_the_record(self):
        patient = self.patient.with_user(self.users["practitioner"])
        action = patient.action_break_glass()
        form = Form(
            self.env[action["res_model"]].with_user(self.users["practitioner"]).with_context(**action["context"])
        )
        form.reason = REASON
        self.assertEqual(form.save().action_open_record(), patient.action_open_record())


@tagged("post_install", "-at_install")
class TestBreakGlassOverRpc(ClinicCommon, HttpCase):
    def _call(self, role, model, method, *args):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    @mute_logger("odoo.http")
    def test_over_json_rpc(self):
        self.assertTrue(self._call("practitioner", "clinic.patient", "break_glass", self.patient.ids, REASON))
        access = self.env["clinic.break.glass"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual(access.user_id, self.users["practitioner"])
        for role, method, args in (
            ("reception", "create", [{"patient_id": self.patient.id, "reason": REASON}]),
            ("manager", "read", [access.ids, ["reason"]]),
            ("cosmetologist", "read", [access.ids, ["reason"]]),
            ("practitioner", "write", [access.ids, {"until": "2099-01-01"}]),
            ("practitioner", "unlink", [access.ids]),
        ):
            with self.subTest(role=role, method=method), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._call(role, "clinic.break.glass", method, *args)
