from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_quiet_from = fields.Float(related="company_id.clinic_quiet_from", readonly=False)
    clinic_quiet_to = fields.Float(related="company_id.clinic_quiet_to", readonly=False)
    clinic_message_cap = fields.Integer(related="company_id.clinic_message_cap", readonly=False)
    clinic_waitlist_offers = fields.Selection(related="company_id.clinic_waitlist_offers", readonly=False)
    clinic_waitlist_minutes = fields.Integer(related="company_id.clinic_waitlist_minutes", readonly=False)
    clinic_message_manager_id = fields.Many2one(related="company_id.clinic_message_manager_id", readonly=False)
    clinic_message_trial = fields.Boolean(
        "Trial Operation", help="Nothing leaves the house: messages are written and shown as if they had been sent."
    )
    clinic_message_trial_email = fields.Char(
        "Trial Email", config_parameter="clinic_message.trial_email", help="Gets all emails in trial operation."
    )
    clinic_message_trial_phone = fields.Char(
        "Trial Phone",
        config_parameter="clinic_message.trial_phone",
        help="Gets all SMS and WhatsApp messages in trial operation; with its country's code.",
    )

    def get_values(self):
        values = super().get_values()
        return {**values, "clinic_message_trial": self.env["clinic.message"]._is_trial()}

    def set_values(self):
        super().set_values()
        # Settings are saved by those who may change the system's parameters.
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", str(self.clinic_message_trial))
