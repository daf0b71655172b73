from odoo import api, fields, models
from odoo.fields import Domain

from .clinic_message import MailedText

FAILURES = {"no_address": "sms_number_missing", "same_address": "sms_duplicate"}


class SmsSms(models.Model):
    """Each SMS of a mailing is asked for in the moment in which it leaves, claimed, and sent as the clinic sends."""

    _inherit = "sms.sms"

    clinic_wait_until = fields.Datetime(readonly=True, help="The end of the quiet hours in which it would have left.")

    @api.model
    def _process_queue(self):
        # Those that wait would fill the queue, and nothing behind them would leave.
        return super(SmsSms, self.with_context(clinic_due=True))._process_queue()

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("clinic_due"):
            is_due = Domain("clinic_wait_until", "=", False) | Domain("clinic_wait_until", "<=", fields.Datetime.now())
            domain = Domain(domain) & is_due
        return super()._search(domain, *args, **kwargs)

    def _send(self, **kwargs):
        mailed = self.filtered("mailing_id")
        others = self - mailed
        for sms in mailed:
            if sms.state == "outgoing" and not sms.to_delete:
                sms._clinic_send()
        return super(SmsSms, others)._send(**kwargs) if others else None

    def _clinic_send(self):
        """Send this SMS to the patient, or to one who is none, once; or say why not."""
        mails = self.env["mail.mail"]
        claimed = self._clinic_claim()
        mails._clinic_commit(True)
        if claimed is None:
            return
        message = claimed[:1] or self._clinic_message_to_contact()
        outcome = message.with_context(clinic_mailed_text=MailedText(self.body))._attempt()
        if outcome.state == "sent":
            claimed._settle_mailed("sent", outcome.reason, outcome.reference)
            self.sms_tracker_id.sudo()._action_update_from_sms_state("sent")
            self.write({"state": "sent", "failure_type": False, "to_delete": True})
        else:
            self._clinic_fail(claimed, outcome)
        mails._clinic_commit(True)

    def _clinic_claim(self):
        """Return the claimed messages to the patients of this SMS, none for a stranger; None where it stays."""
        self.ensure_one()
        mailing, recipient = self.mailing_id.sudo(), self._clinic_recipient()
        values, why, quiet = mailing._clinic_gate("sms", self.number, recipient)
        if recipient and recipient.state != "drawn":
            why = why or "same_address"
        if why:
            self._clinic_hold_back(why, recipient)
            return None
        messages = self.env["clinic.message"]
        if quiet:
            self.clinic_wait_until = quiet
            self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger(quiet)
            return None
        if not values:
            return messages.sudo()
        if claimed := messages._claim_mailed(values):
            if recipient:
                recipient._write_to(fields.Datetime.now())
            return claimed
        self._clinic_hold_back("same_address", None)
        return None

    def _clinic_recipient(self):
        """Return the row of a campaign that this SMS goes to, as superuser; none for other mailings."""
        recipients, trace = self.env["clinic.campaign.recipient"].sudo(), self.sudo().mailing_trace_ids[:1]
        return recipients.browse(trace.res_id).exists() if trace.model == recipients._name else recipients

    def _clinic_message_to_contact(self):
        """Return what carries this SMS to somebody who is no patient; it is not stored."""
        company = self.mailing_id.create_uid.company_id or self.env.company
        return (
            self.env["clinic.message"].sudo().new({"channel": "sms", "address": self.number, "company_id": company.id})
        )

    def _clinic_hold_back(self, reason, recipient):
        """Cancel this SMS; who it was for, and why, is counted."""
        self._update_sms_state_and_trackers("canceled", failure_type=FAILURES.get(reason, "sms_optout"))
        if recipient and recipient.state == "drawn":
            recipient._leave_out(reason)

    def _clinic_fail(self, claimed, outcome):
        """Write down that it has not left, or that nobody knows whether it has."""
        is_unknown = outcome.state == "unknown"
        claimed._settle_mailed("unknown" if is_unknown else "failed", outcome.reason)
        self._update_sms_state_and_trackers("error", failure_type="unknown" if is_unknown else "sms_server")
        if not is_unknown:
            self._clinic_recipient()._take_again()
