from odoo import api, models

from ..const import TOLD


class MailBlacklist(models.Model):
    """Who leaves by the link in a mailing has said no to the clinic's news and offers."""

    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._clinic_note_refusal()
        return entries

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active"):
            self._clinic_note_refusal()
        return result

    def _clinic_note_refusal(self):
        if self.env.context.get("clinic_told") is not TOLD:
            self.env["clinic.message.consent"]._refused("email", self.filtered("active").mapped("email"))

    @api.model
    def _clinic_put_on(self, address):
        self._add(address)

    @api.model
    def _clinic_take_off(self, address):
        self.search([("email", "=", address)]).action_archive()
