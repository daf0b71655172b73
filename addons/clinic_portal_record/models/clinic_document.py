from odoo import api, models
from odoo.fields import Domain


class ClinicDocument(models.Model):
    _inherit = "clinic.document"

    @api.model
    def _shown_on_portal(self, domain=Domain.TRUE):
        """Of what was released, patients see the kinds that the clinic permits, in branches that permit it."""
        shown = super()._shown_on_portal(domain & Domain("kind_id.is_for_portal", "=", True))
        return shown.filtered(lambda document: document._branch().clinic_portal_documents)
