from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.clinic_message.tests.common import SENT, TRANSMIT, MessageCommon
from odoo.addons.mail.tests.common import MockEmail

WORDS = '<p>Dear <t t-out="object.name"></t>, see <a href="/unsubscribe_from_list">Unsubscribe</a></p>'

QUEUE = "mass_mailing.ir_cron_mass_mailing_queue"
MAILS = "mail.ir_cron_mail_scheduler_action"
TEXTS = "sms.ir_cron_sms_scheduler_action"


class CampaignMixin:
    """A clinic with some patients who want news and offers, and somebody who writes to them."""

    @classmethod
    def setup_campaigns(cls):
        cls.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        cls.branch.clinic_message_cap = 2
        cls.recipients = cls.env["clinic.campaign.recipient"]
        cls.marketing = new_test_user(
            cls.env,
            login="test_marketing",
            groups="clinic_campaign.group_marketing",
            company_id=cls.branch.id,
            company_ids=[Command.set(cls.branch.ids)],
            email="marketing@test.clinic",
            tz="Asia/Karachi",
        )

    @classmethod
    def _person(cls, number, says=True, **vals):
        """Return a patient of the branch who has agreed to news and offers, or not."""
        values = {"name": f"Person {number}", "phone": f"0300 20000{number:02}", "email": f"p{number}@example.com"}
        patient = cls.env["clinic.patient"].create({**values, "branch_id": cls.branch.id, **vals})
        if says is not None:
            cls._say(patient, says)
        return patient

    @classmethod
    def _say(cls, patients, is_given, channels=("email", "sms")):
        return cls.env["clinic.message.consent"].create(
            [
                {"patient_id": patient.id, "channel": channel, "purpose": "marketing", "is_given": is_given}
                for patient in patients
                for channel in channels
            ]
        )

    @classmethod
    def _campaign(cls, channel="email", draw=True, segment=None, **vals):
        """Return a campaign to all patients of the branch, drawn, with its mailing written."""
        segment = segment or cls.env["clinic.segment"].create({"name": "Everybody", "company_id": cls.branch.id})
        campaign = cls.env["clinic.campaign"].create(
            {"segment_id": segment.id, "channel": channel, "company_id": cls.branch.id, **vals}
        )
        if draw:
            campaign.action_draw()
            campaign.mailing_id.write({"subject": "Spring", "body_html": WORDS, "body_plaintext": "Spring is here"})
        return campaign

    def _states(self, campaign):
        """Return {patient: state, or reason of who is left out}."""
        rows = self.recipients.search([("campaign_id", "=", campaign.id)])
        return {row.patient_id: row.reason if row.state == "left_out" else row.state for row in rows}

    def _trigger(self, *actions):
        """Let these scheduled actions run."""
        with self.enter_registry_test_mode():
            for action in actions:
                self.env.ref(action).method_direct_trigger()
        self.env.invalidate_all()

    def _run(self, mailing=True):
        """Let the scheduled actions of mailings run; return the addresses that the mail server got."""
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self._trigger(*([QUEUE] if mailing else []), MAILS)
        return sorted(address for mail in self._mails for address in mail["email_to"])

    def _run_sms(self, outcome=SENT):
        """Let the scheduled actions of SMS mailings run; return how many were handed to the provider."""
        with patch(TRANSMIT, return_value=outcome) as transmit:
            self._trigger(QUEUE, TEXTS, QUEUE)
        return transmit.call_count


class CampaignCommon(CampaignMixin, MockEmail, MessageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_campaigns()
