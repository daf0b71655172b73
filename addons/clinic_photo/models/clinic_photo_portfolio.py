from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_choice, a_count, a_form, an_id, takes

from ..const import VIEWS

PAGE = 60


class ClinicPhotoPortfolio(models.AbstractModel):
    """Photos that may be shown in marketing: what was treated, and where, and nobody's name."""

    _name = "clinic.photo.portfolio"
    _description = "Portfolio"

    @takes(
        filters=a_form(
            treatment_id=an_id(optional=True), area_id=an_id(optional=True), view=a_choice(dict(VIEWS), optional=True)
        ),
        offset=a_count(),
    )
    @api.model
    def load(self, filters=None, offset=0):
        """Return a page of series, the newest first, each of one patient, treatment, area and view.

        :param filters: {"treatment_id" | "area_id" | "view"}
        :return: {"series": [{"key", "treatment", "area", "view", "photos": [{"uuid", "week", "kind"}]}], "has_more",
            "choices"}; weeks count from the first photo: no dates by which somebody could be found
        """
        self._check_may_look()
        domain = self._domain()
        for name in ("treatment_id", "area_id", "view"):
            if (filters or {}).get(name):
                domain &= Domain(name, "=", filters[name])
        # Those that may be shown to everybody; names are left out below.
        photos = self.env["clinic.photo"].sudo().search(domain, order="taken_at, id")
        series = {}
        for photo in photos:
            key = (photo.patient_id, photo.treatment_id, photo.area_id, photo.view)
            series.setdefault(key, []).append(photo)
        # Those that show a change come first.
        ordered = sorted(series.items(), key=lambda item: (len(item[1]) > 1, item[1][-1].taken_at), reverse=True)
        page = ordered[offset : offset + PAGE]
        return {
            "series": [self._prepare_series(key, rows) for key, rows in page],
            "has_more": len(ordered) > offset + PAGE,
            "choices": self._prepare_choices(),
        }

    @api.model
    def _check_may_look(self):
        if not self.env.user.has_group("clinic_photo.group_portfolio"):
            raise AccessError(self.env._("The portfolio is for those who were given it."))

    @api.model
    def _domain(self):
        return (
            Domain("kind", "!=", "document")
            & Domain("active", "=", True)
            & self.env["clinic.photo"]._permitted_domain("marketing")
        )

    @api.model
    def _prepare_series(self, key, photos):
        _patient, treatment, area, view = key
        first = photos[0].taken_at
        return {
            "key": photos[0].uuid,
            "treatment": treatment.name or "",
            "area": area.name or "",
            "view": dict(photos[0]._fields["view"]._description_selection(self.env))[view],
            "photos": [
                {"uuid": photo.uuid, "week": (photo.taken_at - first).days // 7, "kind": photo.kind} for photo in photos
            ],
        }

    @api.model
    def _prepare_choices(self):
        photos = self.env["clinic.photo"].sudo().search(self._domain())
        return {
            "treatment_id": [{"id": one.id, "name": one.name} for one in photos.treatment_id.sorted("name")],
            "area_id": [{"id": one.id, "name": one.name} for one in photos.area_id.sorted("name")],
        }

    @api.model
    def _permitted_photo(self, uuid):
        """Return the photo if the user has the portfolio and it may be shown in marketing at this moment."""
        photos = self.env["clinic.photo"].sudo()
        if not self.env.user.has_group("clinic_photo.group_portfolio"):
            return photos
        return photos.search(Domain("uuid", "=", uuid) & self._domain(), limit=1)
