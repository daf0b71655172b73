from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.clinic.door import a_choice, a_count, a_form, an_id, takes

from ..const import VIEWS

PAGE = 60


class ClinicPhotoPortfolio(models.AbstractModel):
    """Photos that may be shown in marketing: what was treated, and where, without names."""

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
            "choices": with the first page}; weeks count from the first photo: no dates that would identify somebody
        """
        self._check_may_look()
        rows = self._series_page(filters or {}, offset)
        # Those that may be shown to everybody; names are left out below.
        photos = self.env["clinic.photo"].sudo()
        photos.browse(id_ for ids in rows for id_ in ids).fetch(
            ["uuid", "taken_at", "kind", "view", "treatment_id", "area_id"]
        )
        return {
            "series": [self._prepare_series(photos.browse(ids)) for ids in rows[:PAGE]],
            "has_more": len(rows) > PAGE,
            "choices": None if offset else self._prepare_choices(),
        }

    @api.model
    def _series_page(self, filters, offset):
        """Return the ids of the photos of each series of a page, and of one more: those that show a change first."""
        chosen = [
            SQL("photo.%s = %s", SQL.identifier(name), filters[name])
            for name in ("treatment_id", "area_id", "view")
            if filters.get(name)
        ]
        query = SQL(
            """
            SELECT array_agg(photo.id ORDER BY photo.taken_at, photo.id) %s
          GROUP BY photo.patient_id, photo.treatment_id, photo.area_id, photo.view
          ORDER BY count(*) > 1 DESC, max(photo.taken_at) DESC, max(photo.id) DESC
             LIMIT %s OFFSET %s
            """,
            self._permitted_from(chosen),
            PAGE + 1,
            offset,
        )
        return [ids for (ids,) in self.env.execute_query(query)]

    @api.model
    def _permitted_from(self, conditions=()):
        """Return FROM and WHERE of the photos that may be shown: of the few patients who have granted it."""
        permissions, photos = self.env["clinic.photo.permission"], self.env["clinic.photo"]
        permissions.flush_model()
        photos.flush_model()
        return SQL(
            """
              FROM clinic_photo photo
              JOIN (SELECT DISTINCT patient_id FROM clinic_photo_permission
                     WHERE use = 'marketing' AND decision = 'granted') granted USING (patient_id)
             WHERE photo.active AND %s
            """,
            SQL(" AND ").join([permissions._permitted_sql(SQL.identifier("photo"), "marketing"), *conditions]),
        )

    @api.model
    def _check_may_look(self):
        if not self.env.user.has_group("clinic_photo.group_portfolio"):
            raise AccessError(self.env._("You have no right to the photo portfolio. Ask an administrator for it."))

    @api.model
    def _domain(self):
        return (
            Domain("kind", "!=", "document")
            & Domain("active", "=", True)
            & self.env["clinic.photo"]._permitted_domain("marketing")
        )

    @api.model
    def _prepare_series(self, photos):
        first = photos[0]
        return {
            "key": first.uuid,
            "treatment": first.treatment_id.name or "",
            "area": first.area_id.name or "",
            "view": dict(first._fields["view"]._description_selection(self.env))[first.view],
            "photos": [
                {"uuid": photo.uuid, "week": (photo.taken_at - first.taken_at).days // 7, "kind": photo.kind}
                for photo in photos
            ],
        }

    @api.model
    def _prepare_choices(self):
        query = SQL("SELECT DISTINCT photo.treatment_id, photo.area_id %s", self._permitted_from())
        rows = self.env.execute_query(query)
        # Names of treatments and areas alone.
        found = {
            "treatment_id": self.env["product.template"].sudo().browse({row[0] for row in rows if row[0]}),
            "area_id": self.env["clinic.body.area"].sudo().browse({row[1] for row in rows if row[1]}),
        }
        return {
            name: [{"id": one.id, "name": one.name} for one in records.sorted("name")]
            for name, records in found.items()
        }

    @api.model
    def _permitted_photo(self, uuid):
        """Return the photo if the user has the portfolio and it may be shown in marketing at this moment."""
        photos = self.env["clinic.photo"].sudo()
        if not self.env.user.has_group("clinic_photo.group_portfolio"):
            return photos
        return photos.search(Domain("uuid", "=", uuid) & self._domain(), limit=1)
