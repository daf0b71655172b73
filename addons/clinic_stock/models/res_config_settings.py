from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_buyer_id = fields.Many2one(related="company_id.clinic_buyer_id", readonly=False)
