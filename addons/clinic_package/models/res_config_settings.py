from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_deferred_account_id = fields.Many2one(related="company_id.clinic_deferred_account_id", readonly=False)
    clinic_breakage_account_id = fields.Many2one(related="company_id.clinic_breakage_account_id", readonly=False)
    clinic_retained_account_id = fields.Many2one(related="company_id.clinic_retained_account_id", readonly=False)
    clinic_package_entries = fields.Selection(related="company_id.clinic_package_entries", readonly=False)
    clinic_package_tax = fields.Selection(related="company_id.clinic_package_tax", readonly=False)
    clinic_course_tolerance = fields.Integer(related="company_id.clinic_course_tolerance", readonly=False)
    clinic_course_stalled = fields.Integer(related="company_id.clinic_course_stalled", readonly=False)
