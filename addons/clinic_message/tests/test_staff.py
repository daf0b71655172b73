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
        visit = self.book()
        self.assertFalse({"told", "telling", "not_told", "confirmed"} & self._flags(visit).keys())
        self._queue()
        self.assertEqual(self._flags(visit)["telling"], "Message on its way")
        self._send()
        self.assertEqual(self._flags(visit)["told"], "Patient told")
        visit._patient_confirms()
        self.assertIn("confirmed", self._flags(visit))
        visit.reschedule(self._at(16))
        self._queue()
        self.assertNotIn("confirmed", self._flags(visit))
        self.assertIn("telling", self._flags(visit))
        self._of(visit, "moved")._change({"state": "failed", "reason": "x"})
        self.assertEqual(self._flags(visit)["not_told"], "Not told: call the patient")

    def test_hand_over_to_whatsapp(self):
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
