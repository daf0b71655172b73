from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_feedback_ask = fields.Boolean(related="company_id.clinic_feedback_ask", readonly=False)
    clinic_feedback_hours = fields.Float(related="company_id.clinic_feedback_hours", readonly=False)
    clinic_feedback_days = fields.Integer(related="company_id.clinic_feedback_days", readonly=False)
    clinic_feedback_review_url = fields.Char(related="company_id.clinic_feedback_review_url", readonly=False)
