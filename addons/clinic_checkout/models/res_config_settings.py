from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_debt_reception = fields.Float(related="company_id.clinic_debt_reception", readonly=False)
    clinic_tip_account_id = fields.Many2one(related="company_id.clinic_tip_account_id", readonly=False)
