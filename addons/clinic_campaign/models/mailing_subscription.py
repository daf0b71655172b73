from odoo import api, models


class MailingSubscription(models.Model):
    """A patient who leaves a mailing list has said no to news and offers by that address."""

    _inherit = "mailing.subscription"

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        subscriptions.filtered("opt_out")._clinic_note_refusal()
        return subscriptions

    def write(self, vals):
        result = super().write(vals)
        if vals.get("opt_out"):
            self._clinic_note_refusal()
        return result

    def _clinic_note_refusal(self):
        contacts, consents = self.contact_id.sudo(), self.env["clinic.message.consent"]
        consents._refused("email", [email for email in contacts.mapped("email_normalized") if email])
        consents._refused("sms", [number for number in contacts.mapped("phone_sanitized") if number])
