from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_till_blind = fields.Boolean(related="company_id.clinic_till_blind", readonly=False)
    clinic_till_limit = fields.Monetary(
        related="company_id.clinic_till_limit", readonly=False, currency_field="company_currency_id"
    )
