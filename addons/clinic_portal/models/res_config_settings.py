from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_portal_directions = fields.Text(related="company_id.clinic_portal_directions", readonly=False)
    clinic_portal_bring = fields.Text(related="company_id.clinic_portal_bring", readonly=False)
    clinic_portal_names = fields.Boolean(related="company_id.clinic_portal_names", readonly=False)
    clinic_portal_user_id = fields.Many2one(related="company_id.clinic_portal_user_id", readonly=False)
