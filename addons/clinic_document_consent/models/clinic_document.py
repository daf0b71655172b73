from odoo import api, models


class ClinicDocument(models.Model):
    _inherit = "clinic.document"

    @api.model
    def _portal_patients(self):
        """Parents see what is shared of their minors, as they see their consents."""
        return super()._portal_patients() | self.env["clinic.patient"]._of_portal(self.env.user.partner_id)
