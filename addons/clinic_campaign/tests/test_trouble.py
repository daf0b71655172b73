import contextlib
import smtplib
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_campaign.models import mailing_mailing
from odoo.addons.clinic_message.tests.common import SENT, TRANSMIT

from .common import MAILS, QUEUE, TEXTS, WORDS, CampaignCommon


@tagged("post_install", "-at_install")
class TestTrouble(CampaignCommon):
    """What dies, refuses, or changes while a campaign is being sent: nobody is left out for good, nobody gets two."""

    def _launched(self, **vals):
        campaign = self._campaign(**vals)
        campaign.mailing_id.with_user(self.marketing).action_launch()
        return campaign

    def _rows(self, campaign):
        return {row.patient_id: row for row in campaign.recipient_ids}

    def _run_with_server(self, *answers):
        """Let the scheduled actions run with a mail server that answers so."""
        server = type(self.env["ir.mail_server"])
        with (
            mute_logger("odoo.addons.mail.models.mail_mail"),
            self.mock_mail_gateway(mail_unlink_sent=True),
            patch.object(server, "send_email", side_effect=answers),
        ):
            self._trigger(QUEUE, MAILS)

    def test_a_crash_between_two_batches_leaves_nobody_behind(self):
        for number in range(1, 4):
            self._person(number)
        campaign = self._launched()
        ask_again = type(self.recipients)._ask_again
        batches = []

        def dies(recipients):
            batches.append(recipients)
            if len(batches) == 2:
                raise RuntimeError("killed")
            return ask_again(recipients)

        with patch.object(mailing_mailing, "BATCH", 1):
            campaign.mailing_id.state = "sending"
            with patch.object(type(self.recipients), "_ask_again", dies):
                with contextlib.suppress(RuntimeError):
                    campaign.mailing_id._clinic_send()
            self.assertEqual(len(campaign.mailing_id.mailing_trace_ids), 1)
            self.assertEqual((campaign.mailing_id.state, campaign.state), ("sending", "sending"))
            self.assertEqual(self._run(), ["p1@example.com", "p2@example.com", "p3@example.com"])
        self.assertEqual(campaign.state, "done")

    def test_an_address_that_the_server_refuses_counts_as_none(self):
        patient = self._person(1)
        campaign = self._launched()
        self._run_with_server(AssertionError(self.env["ir.mail_server"].NO_VALID_RECIPIENT))
        self.assertEqual(self.messages.search([("patient_id", "=", patient.id)]).state, "failed")
        self.assertEqual(self._states(campaign)[patient], "no_address")
        self.assertEqual(campaign.sent_count, 0)

    def test_a_server_that_breaks_off_stops_nobody_else(self):
        one, two = self._person(1), self._person(2)
        campaign = self._launched()
        self._run_with_server(smtplib.SMTPServerDisconnected("gone"), "<some-id>")
        states = {
            message.patient_id: message.state for message in self.messages.search([("purpose", "=", "marketing")])
        }
        self.assertEqual(states, {one: "unknown", two: "sent"})
        # Nobody knows whether it has arrived: it is not sent again.
        campaign.mailing_id.action_retry_failed()
        self.assertEqual(self._run(), [])

    def test_a_mail_that_lost_its_link_to_leave_goes_back_to_who_writes_it(self):
        self._person(1)
        campaign = self._launched()
        mailing = campaign.mailing_id.with_user(self.marketing)
        mailing.body_html = "<p>No way out</p>"
        self.assertEqual(self._run(), [])
        self.assertEqual(mailing.state, "draft")
        self.assertIn("unsubscribe", "".join(mailing.message_ids.mapped("body")))
        mailing.body_html = WORDS
        mailing.action_launch()
        self.assertEqual(self._run(), ["p1@example.com"])

    def test_an_sms_that_waits_lets_the_others_by(self):
        self._person(1)
        # Quiet from noon to midnight in the branch, whenever this runs.
        self.branch.write({"clinic_quiet_from": 12, "clinic_quiet_to": 24})
        self.env["ir.config_parameter"].set_param("sms.session.batch.size", 1)
        with freeze_time(self._at(11)):
            campaign = self._launched(channel="sms")
            with self.enter_registry_test_mode():
                self.env.ref(QUEUE).method_direct_trigger()
        with freeze_time(self._at(13)), patch(TRANSMIT, return_value=SENT) as transmit:
            self._trigger(TEXTS)
            self.assertFalse(transmit.called)
            [waiting] = self.env["sms.sms"].search([("mailing_id", "=", campaign.mailing_id.id)])
            self.assertEqual((waiting.state, waiting.clinic_wait_until), ("outgoing", self._at(0, days=1)))
            other = self.env["sms.sms"].create({"number": "+923001112222", "body": "Code"})
            with patch.object(
                type(other), "_send_with_api", lambda sms, *_args, **_kwargs: sms.write({"state": "sent"})
            ):
                self._trigger(TEXTS)
            self.assertEqual((other.state, waiting.state), ("sent", "outgoing"))
        with freeze_time(self._at(0, 5, days=8)), patch(TRANSMIT, return_value=SENT) as transmit:
            self._trigger(TEXTS)
            self.assertEqual(transmit.call_count, 1)

    # -- patients who are one, or gone --------------------------------------------------------------------------------

    def test_of_two_who_become_one_the_one_who_was_written_to_counts(self):
        kept, twin = self._person(1), self._person(2)
        campaign = self._campaign()
        rows = self._rows(campaign)
        rows[twin]._write_to(fields.Datetime.now())
        merge = self.env["clinic.patient.merge"]._merge(kept, twin)
        self.assertEqual((rows[kept].state, rows[kept].reason, rows[twin].state), ("left_out", "merged", "sent"))
        campaign.mailing_id.action_launch()
        self.assertEqual(self._run(), [])
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual((rows[kept].state, rows[kept].reason, rows[twin].state), ("drawn", False, "sent"))

    def test_who_is_kept_is_compared_with_nobody_twice(self):
        kept, twin = self._person(1), self._person(2)
        campaign = self._campaign()
        rows = self._rows(campaign)
        rows[twin]._clinic_writing().write({"state": "control", "reason": "control"})
        self.env["clinic.patient.merge"]._merge(kept, twin)
        self.assertEqual((rows[kept].state, rows[twin].state, rows[twin].reason), ("drawn", "left_out", "merged"))
        self.assertEqual(campaign.control_count, 0)

    def _mailing_to(self, *addresses):
        """Return a mailing to a list with these addresses, and the list."""
        mailing_list = self.env["mailing.list"].create({"name": "Friends"})
        self._add(mailing_list, *addresses)
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "News",
                "body_html": WORDS,
                "mailing_model_id": self.env.ref("mass_mailing.model_mailing_list").id,
                "contact_list_ids": [Command.set(mailing_list.ids)],
            }
        )
        return mailing, mailing_list

    def _add(self, mailing_list, *addresses):
        self.env["mailing.contact"].create(
            [{"name": "A", "email": address, "list_ids": [Command.set(mailing_list.ids)]} for address in addresses]
        )

    def test_a_list_reaches_two_who_became_one_once(self):
        kept, twin = self._person(1), self._person(2)
        mailing, mailing_list = self._mailing_to("p2@example.com")
        mailing.action_launch()
        self.assertEqual(self._run(), ["p2@example.com"])
        self.env["clinic.patient.merge"]._merge(kept, twin)
        self._add(mailing_list, "p1@example.com")
        mailing.action_put_in_queue()
        self.assertEqual(self._run(), [])

    def test_an_archived_patient_is_no_stranger(self):
        patient = self._person(1)
        patient.active = False
        mailing, _list = self._mailing_to("p1@example.com", "stranger@example.com")
        mailing.action_launch()
        self.assertEqual(self._run(), ["stranger@example.com"])
