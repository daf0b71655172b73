from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_message.outcome import Outcome

from .common import QUEUE, CampaignCommon


@tagged("post_install", "-at_install")
class TestSend(CampaignCommon):
    def _launched(self, channel="email", **vals):
        campaign = self._campaign(channel, **vals)
        campaign.mailing_id.with_user(self.marketing).action_launch()
        return campaign

    def test_each_gets_it_once_and_it_stands_in_the_history(self):
        one, two = self._person(1), self._person(2)
        campaign = self._launched()
        self.assertEqual(self._run(), ["p1@example.com", "p2@example.com"])
        self.assertEqual(self._states(campaign) | {}, {**self._states(campaign), one: "sent", two: "sent"})
        self.assertEqual(campaign.state, "done")
        self.assertEqual(campaign.mailing_id.delivered, 2)
        [message] = self.messages.search([("patient_id", "=", one.id)])
        self.assertEqual((message.state, message.purpose, message.subject), ("sent", "marketing", "Spring"))
        # Again, whatever is tried: by the button, by its status, with the traces gone.
        campaign.mailing_id.mailing_trace_ids.unlink()
        for vals in ({"state": "in_queue"}, {"state": "draft"}):
            campaign.mailing_id.with_user(self.marketing).write(vals)
            campaign.mailing_id.with_user(self.marketing).action_send_mail(campaign.recipient_ids.ids)
            self.assertEqual(self._run(), [])
        self.assertEqual(self.messages.search_count([("patient_id", "=", one.id)]), 1)

    def test_who_said_no_between_drawing_and_sending_gets_nothing(self):
        stays, leaves, late = self._person(1), self._person(2), self._person(3)
        campaign = self._launched()
        self._say(leaves, False)
        # And one who says it while the mail waits for the server.
        with patch.object(type(self.env["mail.mail"]), "send"), self.mock_mail_gateway():
            self._trigger(QUEUE)
        self._say(late, False)
        self.assertEqual(self._run(mailing=False), ["p1@example.com"])
        states = self._states(campaign)
        self.assertEqual((states[stays], states[leaves], states[late]), ("sent", "opted_out", "opted_out"))
        self.assertIn("Wants no more messages: 2", campaign.left_out_text)

    def test_quiet_hours_let_it_wait(self):
        self._person(1)
        # Quiet from noon to midnight in the branch, whenever this runs.
        self.branch.write({"clinic_quiet_from": 12, "clinic_quiet_to": 24})
        with freeze_time(self._at(13)):
            campaign = self._launched()
            self.assertEqual(self._run(), [])
            self.assertEqual(campaign.state, "sending")
            self.assertEqual(campaign.mailing_id.schedule_date, self._at(0, days=1))
        with freeze_time(self._at(23, 30)):
            self.assertEqual(self._run(), [])
        with freeze_time(self._at(0, 5, days=8)):
            self.assertEqual(self._run(), ["p1@example.com"])
            self.assertEqual(campaign.state, "done")

    def test_the_cap_is_shared_with_the_clinic_s_own_messages(self):
        patient = self._person(1)
        first, second, third = (self._campaign() for _number in range(3))
        for campaign in (first, second, third):
            campaign.mailing_id.action_launch()
            self._run()
        self.assertEqual([self._states(one)[patient] for one in (first, second, third)], ["sent", "sent", "over_cap"])
        message = self.messages.search([("patient_id", "=", patient.id)], limit=1)
        self.assertTrue(message._is_over_cap(fields.Datetime.now()))

    def test_patients_who_were_merged_meanwhile_get_one(self):
        kept, twin = self._person(1), self._person(2)
        campaign = self._launched()
        self.env["clinic.patient.merge"]._merge(kept, twin)
        self.assertEqual(self._run(), ["p1@example.com"])
        self.assertEqual(sorted(set(self._states(campaign).values()) - {"no_consent"}), ["merged", "sent"])

    def test_an_address_that_was_corrected_is_written_to(self):
        one, two = self._person(1), self._person(2)
        campaign = self._launched()
        one.email = "new@example.com"
        two.email = "new@example.com"
        self.assertEqual(self._run(), ["new@example.com"])
        self.assertEqual(sorted(set(self._states(campaign).values()) - {"no_consent"}), ["same_address", "sent"])

    def test_in_trial_operation_nothing_leaves(self):
        patient = self._person(1)
        self.env["ir.config_parameter"].set_param("clinic_message.trial", "True")
        campaign = self._launched()
        self.assertEqual(self._run(), [])
        self.assertEqual(self._states(campaign)[patient], "sent")
        self.assertTrue(self.messages.search([("patient_id", "=", patient.id)]).is_trial)
        self.env["ir.config_parameter"].set_param("clinic_message.trial_email", "try@test.clinic")
        other = self._launched()
        self.assertEqual(self._run(), ["try@test.clinic"])
        self.assertEqual(other.state, "done")

    def test_the_control_group_is_not_written_to(self):
        for number in range(1, 5):
            self._person(number)
        campaign = self._launched(control_percent=50)
        self.assertEqual(len(self._run()), 2)
        self.assertEqual((campaign.sent_count, campaign.control_count), (2, 2))

    def test_what_the_server_refuses_may_be_tried_again(self):
        patient = self._person(1)
        campaign = self._launched()
        refused = patch.object(
            type(self.env["ir.mail_server"]), "_build_email__", side_effect=AssertionError("no such mailbox")
        )
        with refused, self.mock_mail_gateway():
            self._trigger(QUEUE)
        self.assertEqual(self._states(campaign)[patient], "drawn")
        self.assertEqual(self.messages.search([("patient_id", "=", patient.id)]).state, "failed")
        campaign.mailing_id.action_retry_failed()
        self.assertEqual(self._run(), ["p1@example.com"])

    def test_by_sms(self):
        one, two, no = self._person(1), self._person(2), self._person(3)
        campaign = self._launched("sms")
        self._say(no, False)
        self.assertEqual(self._run_sms(), 2)
        self.assertEqual(self._run_sms(), 0)
        states = self._states(campaign)
        self.assertEqual((states[one], states[two], states[no]), ("sent", "sent", "opted_out"))
        self.assertEqual(campaign.state, "done")
        self.assertEqual(self.messages.search([("patient_id", "=", one.id)]).channel, "sms")

    def test_an_sms_of_which_nobody_knows_is_not_sent_again(self):
        patient = self._person(1)
        campaign = self._launched("sms")
        self.assertEqual(self._run_sms(Outcome("unknown", "No answer")), 1)
        campaign.mailing_id.action_retry_failed()
        self.assertEqual(self._run_sms(), 0)
        self.assertEqual(self.messages.search([("patient_id", "=", patient.id)]).state, "unknown")

    def test_an_sms_that_failed_is_tried_again(self):
        self._person(1)
        campaign = self._launched("sms")
        self.assertEqual(self._run_sms(Outcome("queued", "Busy")), 1)
        campaign.mailing_id.action_retry_failed()
        self.assertEqual(self._run_sms(), 1)
        self.assertEqual(campaign.sent_count, 1)

    def test_an_answer_comes_to_the_patient_s_history_and_not_to_marketing(self):
        patient = self._person(1)
        campaign = self._launched()
        self._run()
        [mail] = self._mails
        self.assertEqual(mail["reply_to"], self.branch.email_formatted)
        self.assertFalse(self.env["mail.message"].search([("model", "=", "clinic.campaign.recipient")]))
        message = self.messages.search([("patient_id", "=", patient.id)])
        self.assertTrue(message.reference)
        self.assertEqual(campaign.sent_count, 1)

    def test_a_booking_between_is_no_reason_to_stop(self):
        patient = self._person(1)
        campaign = self._launched()
        self._run()
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            visit = self.env["clinic.visit"].book(patient, [self.facial], self._at(10), self.doctor)
        self.assertEqual(visit.campaign_id, campaign.utm_campaign_id)
        self.assertEqual(visit.source_id, campaign.mailing_id.source_id)
