from odoo import models


class MailMail(models.Model):
    """The mail does not know to what it belongs: what became of it is asked by its id, as mass mailings do."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        for mail in self:
            failure = None if mail.state == "sent" else mail._clinic_failure(failure_type, failure_reason)
            self.env["clinic.lot.recall.line"]._mails_done(mail, failure)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _clinic_failure(self, failure_type, failure_reason):
        """Return in words why this mail was not sent."""
        self.ensure_one()
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        kind = self.failure_type or failure_type or "unknown"
        reason = " ".join((failure_reason or self.failure_reason or "").split())
        return ": ".join(filter(None, [labels[kind], reason]))
