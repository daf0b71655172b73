from urllib.parse import parse_qs, urlparse

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import file_open

from .common import MessageCommon


@tagged("post_install", "-at_install")
class TestStaff(MessageCommon):
    def _flags(self, visit):
        board = self.env["clinic.board"].with_user(self.users["reception"])
        day = self.branch._clinic_local(visit.start).date().isoformat()
        [card] = [card for card in board.load(day=day)["procedures"] if card["visit_id"] == visit.id]
        return {flag["kind"]: flag["label"] for flag in card["flags"]}

    def test_the_board_says_what_the_patient_knows(self):
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        visit = self.book()
        self.assertFalse({"told", "telling", "not_told", "confirmed"} & self._flags(visit).keys())
        self._queue()
        self.assertEqual(self._flags(visit)["telling"], "Message on its way")
        self._deliver()
        self.assertEqual(self._flags(visit)["told"], "Patient told")
        visit._patient_confirms(visit.start)
        self.assertIn("confirmed", self._flags(visit))
        visit.reschedule(self._at(16))
        self.assertNotIn("confirmed", self._flags(visit), "not the new time")
        self._queue()
        self.assertIn("telling", self._flags(visit))
        self._of(visit, "moved")._change({"state": "failed", "reason": "x"})
        self.assertEqual(self._flags(visit)["not_told"], "Not told: call the patient")

    def test_in_trial_the_board_says_so(self):
        visit = self.book()
        self._queue()
        self._send()
        self.assertEqual(self._flags(visit)["telling"], "Trial: nothing was sent")

    def test_hand_over_to_whatsapp_in_trial(self):
        visit = self.book().with_user(self.users["reception"])
        self.assertFalse(visit.can_hand_over)
        with self.refused(UserError, "nothing leaves the house"):
            visit.action_whatsapp()
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial_phone", "+923335555555")
        visit.invalidate_recordset()
        self.assertTrue(visit.can_hand_over)
        self.assertIn("/923335555555?", visit.action_whatsapp()["url"])

    def test_nothing_is_handed_over_to_who_wants_none(self):
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        self.env["clinic.message.consent"]._withdraw(self.patient, "whatsapp", "desk")
        with self.refused(UserError, "does not want this by WhatsApp"):
            self.book().with_user(self.users["reception"]).action_whatsapp()

    def test_a_merge_is_undone_although_reminders_go_on(self):
        manager = self.env["clinic.patient.merge"].with_user(self.users["manager"])
        twin = self.env["clinic.patient"].create({"name": "Ayesha Test", "phone": "0300 1234567"})
        visit = self.env["clinic.visit"].book(twin, [self.facial], self._at(11))
        merge = manager._merge(self.patient, twin)
        self._queue()
        self.assertEqual(self._of(visit).patient_id, self.patient)
        merge.action_undo()
        self.assertEqual((visit.patient_id, self._of(visit).patient_id), (twin, twin))

    def test_hand_over_to_whatsapp(self):
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        visit = self.book().with_user(self.users["reception"])
        action = visit.action_whatsapp()
        address = urlparse(action["url"])
        self.assertEqual((address.netloc, address.path), ("wa.me", "/923001234567"))
        text = parse_qs(address.query)["text"][0]
        self.assertIn("/c/", text)
        self.assertNotIn("Facial", text)
        message = self._of(visit)
        self.assertEqual((message.state, message.user_id), ("handed_over", self.users["reception"]))
        visit.action_whatsapp()
        self.assertEqual(len(self._of(visit)), 2)
        self.assertEqual(self._flags(visit)["told"], "Patient told")

    def test_whatsapp_needs_a_mobile_number(self):
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        self.patient.phone = False
        with self.refused(UserError, "no phone number"):
            self.book().with_user(self.users["reception"]).action_whatsapp()

    def test_log_a_call(self):
        visit = self.book()
        calls = self.env["clinic.message.call"].with_user(self.users["reception"])
        form = Form(calls.with_context(default_patient_id=self.patient.id))
        form.visit_id = visit
        form.result = "no_answer"
        form.save().action_log()
        call = self._of(visit)
        self.assertEqual((call.channel, call.result, call.state), ("call", "no_answer", "logged"))
        self.assertEqual(self.patient.message_history_ids, call)

    def test_a_call_belongs_to_its_patient(self):
        other = self.env["clinic.patient"].create({"name": "Other", "phone": "0300 7654321"})
        calls = self.env["clinic.message.call"].with_user(self.users["reception"])
        call = calls.create({"patient_id": other.id, "visit_id": self.book().id})
        with self.refused(UserError, "another patient"):
            call.action_log()
        with self.assertRaises(AccessError):
            self.env["clinic.message.call"].with_user(self.users["practitioner"]).create({"patient_id": other.id})

    def test_settings(self):
        settings = self.env["res.config.settings"].create({"clinic_message_trial": False, "clinic_quiet_from": 20})
        settings.execute()
        self.assertFalse(self.messages._is_trial())
        self.assertEqual(self.env.company.clinic_quiet_from, 20)
        self.assertFalse(self.env["res.config.settings"].create({}).clinic_message_trial)

    def test_a_neutralised_copy_writes_to_nobody(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("clinic_message.trial", "False")
        parameters.set_param("clinic_message.trial_email", "me@test.clinic")
        provider = self.env["clinic.message.provider"].create(
            {"name": "G", "service": "http", "url": "https://g.example"}
        )
        self.env.flush_all()
        with file_open("clinic_message/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertTrue(self.messages._is_trial())
        self.assertFalse(parameters.get_param("clinic_message.trial_email"))
        self.assertFalse(provider.active)

    def test_another_branchs_messages_are_its_own(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        visit = self.book()
        self._queue()
        message = self._of(visit)
        message._change({"company_id": other.id})
        with self.assertRaises(AccessError):
            message.with_user(self.users["reception"]).read(["body"])
