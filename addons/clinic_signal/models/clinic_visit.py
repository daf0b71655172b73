from odoo import models
from odoo.exceptions import UserError


class ClinicVisit(models.Model):
    """The link to report a problem, handed over or sent by hand after a visit."""

    _inherit = "clinic.visit"

    def action_report_link(self):
        """Show the visit's patient a QR code of the page on which a problem is reported."""
        self.ensure_one()
        self.check_access("read")
        return self.patient_id.action_report_link()

    def _send_report_link(self, user):
        """Queue the message with the link about this visit by hand of ``user``, who may send it, and return it.

        :raises UserError: when the patient cannot be reached
        """
        self.ensure_one()
        queue, kind = self.env["clinic.message"], self.env.ref("clinic_signal.kind_report")
        words = self.env["clinic.message.consent"]._last_words(self.patient_id)
        [channel, *_others] = queue._patient_channels(kind, self, words)
        number = queue.search_count([("visit_id", "=", self.id), ("kind_id", "=", kind.id)]) + 1
        values = queue._prepare_message(kind, self, "patient", channel, words, key=f"report:{self.id}:{number}")
        if values["state"] == "failed":
            raise UserError(values["reason"])
        message = queue._enqueue([{**values, "user_id": user.id}])
        self.env.ref("clinic_message.cron_send").sudo()._trigger()
        return message
