import smtplib
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic_message.models.clinic_message_send import BACK_OFF, DEAD
from odoo.addons.clinic_message.outcome import Outcome

from .common import TRANSMIT, MessageCommon

LOGGER = "odoo.addons.clinic_message.models.clinic_message_send"


@tagged("post_install", "-at_install")
class TestSend(MessageCommon):
    """The steps between claim and result; who dies in between is tried with real processes elsewhere."""

    def _queued(self, code="booked", **vals):
        visit = self.book(**vals)
        self._queue()
        return self._of(visit, code)

    def test_in_trial_operation_nothing_leaves_the_house(self):
        message = self._queued()
        self._send()
        self.assertEqual((message.state, message.is_trial), ("sent", True))
        self.assertTrue(message.sent_at)

    def test_a_message_is_sent_once(self):
        message = self._queued()
        self.assertEqual(self._deliver(Outcome("sent", reference="x1")).call_count, 1)
        self.assertEqual((message.state, message.reference, message.tries), ("sent", "x1", 1))
        self.assertEqual(self._deliver(Outcome("sent"), self._later(hours=3)).call_count, 0)

    def test_a_provider_that_is_down_is_tried_again_and_given_up_with_a_task(self):
        message = self._queued(start=self._at(12, days=60))
        moment = self._later(minutes=6)
        for minutes in BACK_OFF:
            self._deliver(Outcome("queued", "The provider can't be reached."), moment)
            self.assertEqual(message.state, "queued")
            self.assertEqual(message.send_at, moment.replace(microsecond=0) + timedelta(minutes=minutes))
            self.assertFalse(message.sent_at)
            self.assertEqual(self._deliver(Outcome("sent"), moment + timedelta(seconds=30)).call_count, 0)
            moment += timedelta(minutes=minutes, seconds=1)
        self._deliver(Outcome("queued", "The provider can't be reached."), moment)
        self.assertEqual((message.state, message.reason), ("failed", "The provider can't be reached."))
        activity = message.visit_id.activity_ids
        self.assertEqual(activity.summary, "Call the patient: the message could not be sent")
        self.assertNotIn("Facial", activity.note or "")

    def test_after_an_hour_down_all_is_sent_once(self):
        messages = self._queued() | self._queued(start=self._at(14)) | self._queued(start=self._at(16))
        began = self._later(minutes=6)
        for minutes in range(0, 60, 5):
            self._deliver(Outcome("queued", "down"), began + timedelta(minutes=minutes))
        sent = 0
        for minutes in range(60, 200, 5):
            sent += self._deliver(Outcome("sent"), began + timedelta(minutes=minutes)).call_count
        self.assertEqual(messages.mapped("state"), ["sent"] * 3)
        self.assertEqual(sent, 3)

    def test_nobody_knows_is_not_sent_again(self):
        message = self._queued()
        self._deliver(Outcome("unknown", "no answer"))
        self.assertEqual((message.state, message.reason), ("unknown", "no answer"))
        self.assertEqual(self._deliver(Outcome("sent"), self._later(days=1)).call_count, 0)
        self.assertTrue(message.visit_id.activity_ids)

    def test_an_error_of_ours_is_unknown_too_and_the_next_one_is_sent(self):
        first, second = self._queued(), self._queued(start=self._at(15))
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        with patch(TRANSMIT, side_effect=[ValueError("oops"), Outcome("sent")]), self.assertLogs(LOGGER, level="ERROR"):
            self._send()
        self.assertEqual((first.state, second.state), ("unknown", "sent"))

    def test_who_died_while_sending_is_found(self):
        message = self._queued()
        message._change({"state": "sending", "claimed_at": self._later(minutes=5)})
        self._send(self._later(minutes=10))
        self.assertEqual(message.state, "sending", "somebody may still be at it")
        self._send(self._later(minutes=6) + DEAD)
        self.assertEqual(message.state, "unknown")
        self.assertIn("server stopped", message.reason)

    def test_asked_again_in_the_moment_of_sending(self):
        cancelled, moved, unwanted, archived = (self._queued(start=self._at(hour)) for hour in (9, 11, 13, 15))
        cancelled.visit_id.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        moved.visit_id.reschedule(self._at(17))
        archived.kind_id.template_ids.filtered(lambda text: text.channel == "sms").unlink()
        self.assertEqual(self._deliver(Outcome("sent")).call_count, 0)
        self.assertEqual(cancelled.reason, "The visit is not what it was when this was written.")
        self.assertEqual(moved.reason, "The visit has another time now.")
        self.assertIn("no text", unwanted.reason)
        self.assertEqual((cancelled | moved | unwanted | archived).mapped("state"), ["cancelled"] * 4)

    def test_what_comes_too_late_is_not_sent(self):
        message = self._queued(start=self._at(9, days=1))
        self._deliver(Outcome("sent"), self._at(9, 1, days=1))
        self.assertEqual((message.state, message.reason), ("cancelled", "Its time has passed."))

    def test_trial_goes_to_the_address_that_was_given(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("clinic_message.trial_email", "me@test.clinic")
        self.patient.message_channel = "email"
        message = self._queued()
        path = "odoo.addons.clinic_message.models.clinic_message_send.ClinicMessage._transmit_email"
        with patch(path, return_value=Outcome("sent")) as transmit:
            self._send()
        self.assertEqual(transmit.call_count, 1)
        self.assertEqual(message.reason, "Trial: it went to me@test.clinic.")
        self.assertEqual(message.address, "ayesha@example.com", "to whom it would have gone")
        self.assertEqual(message._prepare_email("desk@test.clinic")["email_to"], ["me@test.clinic"])

    def test_what_mail_servers_answer(self):
        self.assertEqual(self._mail_outcome(smtplib.SMTPResponseException(451, b"later")).state, "queued")
        refused = smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"No such user")})
        self.assertEqual(self._mail_outcome(refused).state, "failed")
        self.assertIn("550 No such user", self._mail_outcome(refused).reason)
        greylisted = smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"greylisted")})
        self.assertEqual(self._mail_outcome(greylisted).state, "queued")
        self.assertEqual(self._mail_outcome(smtplib.SMTPServerDisconnected("gone")).state, "unknown")
        self.assertEqual(self._mail_outcome(TimeoutError()).state, "unknown")

    def _mail_outcome(self, error):
        return self.messages._outcome_of_mail(error)

    def test_a_mail_that_comes_back(self):
        message = self._queued()
        message._change({"channel": "email", "state": "sent", "sent_at": fields.Datetime.now(), "reference": "<m1@x>"})
        self.env["mail.thread"]._routing_handle_bounce(
            None,
            {
                "bounced_email": "ayesha@example.com",
                "bounced_partner": self.env["res.partner"],
                "bounced_msg_ids": ["<m1@x>"],
                "bounced_message": self.env["mail.message"],
                "email_from": "MAILER-DAEMON",
                "to": "desk@test.clinic",
                "message_id": "<bounce@x>",
            },
        )
        self.assertEqual((message.state, message.reason), ("failed", "The mail came back."))

    def test_an_answer_by_mail_stands_in_the_history_and_nowhere_else(self):
        message = self._queued()
        message._change({"channel": "email", "state": "sent", "sent_at": fields.Datetime.now(), "reference": "<m2@x>"})
        before = self.env["mail.message"].search_count([])
        mail = (
            "From: Ayesha <ayesha@example.com>\nTo: desk@test.clinic\nSubject: Re: Your visit\n"
            "Message-Id: <answer@example.com>\nIn-Reply-To: <m2@x>\nReferences: <other@x> <m2@x>\n\nI come.\n"
        )
        for _delivery in range(2):
            self.assertFalse(self.env["mail.thread"].message_process(None, mail))
        answer = self.messages.search([("direction", "=", "in")])
        self.assertEqual((answer.body, answer.patient_id, answer.visit_id), ("I come.", self.patient, message.visit_id))
        self.assertEqual(self.env["mail.message"].search_count([]), before)
        stop = mail.replace("answer@", "stop@").replace("I come.", "Stop")
        self.env["mail.thread"].message_process(None, stop)
        said = self.env["clinic.message.consent"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual(set(said.mapped("channel")), {"email"})

    def test_send_again_and_by_another_channel(self):
        message = self._queued()
        with self.refused(UserError, "waiting to be sent"):
            message.action_send_again()
        self._deliver(Outcome("unknown", "no answer"))
        desk = message.with_user(self.users["reception"])
        desk.action_send_again()
        desk.action_by_email()
        again = self.messages.search([("again_of_id", "=", message.id)], order="id")
        self.assertEqual(again.mapped("channel"), ["sms", "email"])
        self.assertEqual(again.user_id, self.users["reception"])
        self.assertEqual(self._deliver(Outcome("sent"), self._later(minutes=20)).call_count, 2)
        desk.action_settle()
        self.assertEqual(message.state, "cancelled")

    def test_what_is_sent_again_names_no_time_that_is_over(self):
        message = self._queued()
        self._deliver(Outcome("unknown", "no answer"))
        message.action_send_again()
        message.visit_id.reschedule(self._at(17))
        self.assertEqual(self._deliver(after=self._later(minutes=20)).call_count, 0)
        again = self.messages.search([("again_of_id", "=", message.id)])
        self.assertEqual(again.reason, "The visit has another time now.")

    def test_a_number_that_was_corrected_meanwhile(self):
        message = self._queued()
        self._deliver(Outcome("queued", "down"))
        self.patient.phone = "0301 7654321"
        self._deliver(after=self._later(hours=1))
        self.assertEqual((message.state, message.address), ("sent", "+923017654321"))

    def test_a_change_that_comes_too_late_in_the_night_is_a_call(self):
        self.branch.write({"clinic_quiet_from": 21, "clinic_quiet_to": 9})
        visit = self.book(start=self._at(8, 30, days=4))
        self._queue()
        self._deliver(after=self._at(22, days=3))
        message = self._of(visit)
        self.assertEqual((message.state, message.reason), ("failed", "The quiet hours end too late for it."))
        self.assertTrue(visit.activity_ids)

    def test_a_cancellation_that_did_not_arrive_is_a_call_too_by_somebody_who_is_there(self):
        manager = self.users["manager"]
        self.branch.clinic_message_manager_id = manager
        message = self._queued()
        self._deliver()
        visit = message.visit_id
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_clinic"))
        self._queue(self._later(minutes=12))
        manager.active = False
        self._deliver(Outcome("failed", "refused"), self._later(minutes=15))
        self.assertEqual(self._of(visit, "cancelled").state, "failed")
        self.assertTrue(visit.activity_ids)
        self.assertTrue(visit.activity_ids.user_id.active)

    def test_take_back_what_waits(self):
        message = self._queued()
        message.with_user(self.users["reception"]).action_cancel()
        self.assertEqual(self._deliver(Outcome("sent")).call_count, 0)
        self.assertIn("Taken back by", message.reason)
        with self.refused(UserError, "Only a message that waits"):
            message.with_user(self.users["reception"]).action_cancel()

    def test_practitioners_read_and_do_not_send(self):
        message = self._queued()
        doctor = message.with_user(self.users["practitioner"])
        self.assertTrue(doctor.body)
        for step in ("action_send_again", "action_cancel", "action_settle"):
            with self.subTest(step=step), self.assertRaises(AccessError):
                getattr(doctor, step)()

    def test_history_is_not_rewritten(self):
        message = self._queued()
        desk = message.with_user(self.users["manager"])
        for vals in ({"state": "sent"}, {"body": "x"}, {"address": "+1"}, {"tries": 9}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                desk.write(vals)
        with self.assertRaises(AccessError):
            desk.unlink()
        with self.assertRaises(UserError):
            message.unlink()
