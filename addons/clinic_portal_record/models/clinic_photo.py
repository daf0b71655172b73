from odoo import api, models
from odoo.fields import Domain


class ClinicPhoto(models.Model):
    _inherit = "clinic.photo"

    @api.model
    def _shown_on_portal(self, domain=Domain.TRUE):
        """Of what was released, patients see the photos of branches that permit it."""
        shown = super()._shown_on_portal(domain)
        return shown.filtered(lambda photo: photo._branch().clinic_portal_photos)
