from odoo import models

from ..const import CARRIED


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _prepare_mail_values_dynamic(self, res_ids):
        """Give the addresses of a campaign's recipients to the mailing of the campaign, when it is sent."""
        recipients = "clinic.campaign.recipient"
        # As superuser by the scheduled action alone, for the recipients that it has asked for.
        if self.env.su and self.model == recipients and self.mass_mailing_id.clinic_campaign_id:
            self = self.with_context(clinic_carried=CARRIED)
        return super()._prepare_mail_values_dynamic(res_ids)
