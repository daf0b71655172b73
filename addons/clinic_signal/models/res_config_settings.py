from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_medical_lead_id = fields.Many2one(related="company_id.clinic_medical_lead_id", readonly=False)
    clinic_emergency_number = fields.Char(related="company_id.clinic_emergency_number", readonly=False)
    clinic_emergency_text = fields.Text(related="company_id.clinic_emergency_text", readonly=False)
    clinic_signal_days = fields.Integer(related="company_id.clinic_signal_days", readonly=False)
