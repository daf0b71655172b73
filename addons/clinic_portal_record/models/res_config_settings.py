from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_portal_documents = fields.Boolean(related="company_id.clinic_portal_documents", readonly=False)
    clinic_portal_photos = fields.Boolean(related="company_id.clinic_portal_photos", readonly=False)
    clinic_portal_summary = fields.Boolean(related="company_id.clinic_portal_summary", readonly=False)
    clinic_portal_aftercare = fields.Boolean(related="company_id.clinic_portal_aftercare", readonly=False)
