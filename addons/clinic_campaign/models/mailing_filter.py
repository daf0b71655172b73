from odoo import api, models


class MailingFilter(models.Model):
    _inherit = "mailing.filter"

    @api.constrains("mailing_domain", "mailing_model_id")
    def _check_clinic_domain(self):
        """A saved filter asks for no more than a mailing may."""
        for found in self:
            self.env["mailing.mailing"]._clinic_check_domain(found.mailing_domain)
