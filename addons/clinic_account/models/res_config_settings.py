from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_discount_reception = fields.Float(related="company_id.clinic_discount_reception", readonly=False)
    clinic_discount_manager = fields.Float(related="company_id.clinic_discount_manager", readonly=False)
