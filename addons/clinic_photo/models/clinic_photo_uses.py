from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import USES


class ClinicPhoto(models.Model):
    _inherit = "clinic.photo"

    @api.model
    def _uses_of(self, photos):
        """Return {id: [uses that are permitted]} of ``photos``."""
        found = {photo_id: [] for photo_id in photos.ids}
        for use, _label in USES:
            for photo in self.env["clinic.photo.permission"]._permitted(photos, use):
                found[photo.id].append(use)
        return found

    @api.model
    def _permitted_domain(self, use):
        """Return the domain of the photos of which the ``use`` is permitted."""
        permissions = self.env["clinic.photo.permission"]
        permissions.flush_model()

        def is_permitted(_model, alias, _query):
            return permissions._permitted_sql(SQL.identifier(alias), use)

        return Domain.custom(to_sql=is_permitted, predicate=lambda photo: bool(permissions._permitted(photo, use)))
