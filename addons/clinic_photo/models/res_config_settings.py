from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_photo_retention_years = fields.Integer(related="company_id.clinic_photo_retention_years", readonly=False)
