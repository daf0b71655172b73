from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_late_money = fields.Selection(related="company_id.clinic_late_money", readonly=False, required=True)
