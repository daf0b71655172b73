import smtplib

from odoo import api, fields, models, modules
from odoo.tools import email_normalize, email_split

FAILURES = {"no_address": "mail_email_missing", "same_address": "mail_dup"}
# The server says that there is no such address.
NO_ADDRESS = ("mail_email_invalid", "mail_email_missing")


class Outcome:
    """What became of one mail: Odoo deletes some of those that were refused, as it does those that were sent."""

    failure = None
    is_unknown = False


class MailMail(models.Model):
    """Each mail of a mailing is asked for in the moment in which it leaves, and claimed before it does."""

    _inherit = "mail.mail"

    def _send(self, auto_commit=False, **kwargs):
        # Where nothing is sent at all, as in most tests, nothing is claimed.
        asked = self.filtered(lambda mail: mail.mailing_id or mail.model == "clinic.campaign.recipient")
        if not asked or self.env["ir.mail_server"]._disable_send():
            return super()._send(auto_commit=auto_commit, **kwargs)
        result = True
        if others := self - asked:
            result = super(MailMail, others)._send(auto_commit=auto_commit, **kwargs)
        for mail in asked:
            if mail.state != "outgoing":
                continue
            if mail._clinic_is_stray():
                mail._clinic_hold_back("no_consent", None)
                continue
            if mail._clinic_is_test():
                result = super(MailMail, mail)._send(auto_commit=auto_commit, **kwargs)
                continue
            claimed = mail._clinic_claim()
            self._clinic_commit(auto_commit)
            if claimed is None:
                continue
            outcome, recipient = Outcome(), mail._clinic_recipient()
            if mail._clinic_stays_in_house():
                mail._clinic_pretend()
            else:
                try:
                    watched = mail.with_context(clinic_outcome=outcome)
                    result = super(MailMail, watched)._send(auto_commit=False, **kwargs)
                except smtplib.SMTPServerDisconnected:
                    # The server may have it or not. The others go on, each by a session of its own.
                    outcome.is_unknown = True
                    kwargs["smtp_session"] = None
            mail._clinic_settle(claimed, recipient, outcome)
            self._clinic_commit(auto_commit)
        return result

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        outcome = self.env.context.get("clinic_outcome")
        if isinstance(outcome, Outcome) and not (success_pids or success_emails):
            outcome.failure = failure_type or None
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    @api.model
    def _clinic_commit(self, auto_commit):
        if auto_commit and not modules.module.current_test:
            self.env["ir.cron"]._commit_progress(0)

    def _clinic_claim(self):
        """Return the claimed messages to the patients of this mail, none where it goes to no patient.

        None where it does not leave now: it waits for the end of the quiet hours, or is cancelled with its reason.
        """
        self.ensure_one()
        mailing, recipient = self.mailing_id.sudo(), self._clinic_recipient()
        values, quiet, why = [], None, None
        for address in self._clinic_addresses():
            found, reason, end = mailing._clinic_gate("email", address, recipient)
            values += [row for row in found if row["key"] not in {known["key"] for known in values}]
            why, quiet = why or reason, max(filter(None, (quiet, end)), default=None)
        if recipient and recipient.state != "drawn":
            why = why or "same_address"
        if why:
            self._clinic_hold_back(why, recipient)
            return None
        if quiet:
            self.scheduled_date = quiet
            return None
        messages = self.env["clinic.message"]
        if not values:
            return messages.sudo()
        # By which an answer is known, and goes to the patient's history.
        if claimed := messages._claim_mailed([{**row, "reference": self.message_id} for row in values]):
            if recipient:
                recipient._write_to(fields.Datetime.now())
            return claimed
        self._clinic_hold_back("same_address", None)
        return None

    def _clinic_is_stray(self):
        """Return whether this mail goes to a recipient of a campaign without being the campaign's mailing."""
        recipients = "clinic.campaign.recipient"
        return self.model == recipients and not self.mailing_id.sudo().clinic_campaign_id

    def _clinic_is_test(self):
        """Return whether this mail is a test: it counts for no mailing, and goes to colleagues alone."""
        # Who works here is known to every colleague.
        users = self.env["res.users"].sudo().search([("share", "=", False)])
        strangers = set(self._clinic_addresses()) - set(users.mapped("email_normalized"))
        return not self.mailing_trace_ids and not strangers

    def _clinic_recipient(self):
        """Return the row of a campaign that this mail goes to, as superuser; none for other mailings."""
        recipients = self.env["clinic.campaign.recipient"].sudo()
        if self.model != recipients._name:
            return recipients
        return recipients.browse(self.res_id).exists()

    def _clinic_addresses(self):
        """Return the addresses to which this mail goes."""
        written = [*email_split(self.email_to or ""), *email_split(self.email_cc or "")]
        contacts = self.recipient_ids.sudo().mapped("email")
        return [address for address in map(email_normalize, [*written, *filter(None, contacts)]) if address]

    def _clinic_hold_back(self, reason, recipient):
        """Cancel this mail; who it was for, and why, is counted."""
        failure = FAILURES.get(reason, "mail_optout")
        self.write({"state": "cancel", "failure_type": failure})
        self.mailing_trace_ids.write({"trace_status": "cancel", "failure_type": failure})
        if recipient and recipient.state == "drawn":
            recipient._leave_out(reason)

    # -- trial operation ----------------------------------------------------------------------------------------------

    def _clinic_stays_in_house(self):
        """Return whether nothing leaves: trial operation. Where it is tried, the mail goes to the one who tries it."""
        messages = self.env["clinic.message"]
        if not messages._is_trial():
            return False
        address = messages.new({"channel": "email"})._trial_address()
        if address:
            self.write({"email_to": address, "email_cc": False, "recipient_ids": [fields.Command.clear()]})
        return not address

    def _clinic_pretend(self):
        """Let this mail be shown as if it had been sent."""
        self.write({"state": "sent"})
        self._postprocess_sent_message(success_pids=[], success_emails=[])

    def _clinic_settle(self, claimed, recipient, outcome):
        """Write down what became of the ``claimed`` messages that this mail to ``recipient`` is."""
        if outcome.is_unknown:
            claimed._settle_mailed("unknown", self.env._("The mail server broke off."))
            self.mailing_trace_ids.set_failed(failure_type="unknown")
        elif not outcome.failure and (not self.exists() or self.state == "sent"):
            claimed._settle_mailed("sent")
        else:
            claimed._settle_mailed("failed", self.env._("The mail server refused it, or could not be reached."))
            if outcome.failure in NO_ADDRESS:
                recipient._leave_out("no_address")
            else:
                recipient._take_again()
