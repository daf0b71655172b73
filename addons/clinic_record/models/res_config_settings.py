from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_care_hours = fields.Integer(related="company_id.clinic_care_hours", readonly=False)
    clinic_care_months = fields.Integer(related="company_id.clinic_care_months", readonly=False)
    clinic_own_check_in = fields.Boolean(related="company_id.clinic_own_check_in", readonly=False)
