from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import STANDARD_VIEWS

PHOTO = {
    "id": "id",
    "uuid": "uuid",
    "procedure_id": "procedure_id",
    "kind": "kind",
    "view": "view",
    "area_id": "area_id",
    "area": "area_id.name",
    "taken_at": "taken_at",
}
PLAN = {"kind": "kind", "view": "view", "area_id": "area_id", "area": "area_id.name"}
SHOWN = Domain("active", "=", True) & Domain("kind", "!=", "document")
MOST_PAIRS = 4


class ClinicPatientCard(models.AbstractModel):
    """Photos on the card: a strip at each entry of the history, the newest pair of an area, what is missing today."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_entries(self, procedure_ids):
        photos = self._load_of_procedures("clinic.photo", procedure_ids, PHOTO, SHOWN, order="taken_at, id")
        return {**super()._prepare_entries(procedure_ids), "photos": photos}

    @api.model
    def _prepare_sections(self, patient):
        return {**super()._prepare_sections(patient), "photos": self._load_photos(patient)}

    @api.model
    def _load_photos(self, patient):
        """Return how many photos there are, and of the areas and views with several days the first and the last one."""
        self.env["clinic.photo"].flush_model()
        # Of a record that the user may open.
        query = SQL(
            """
            WITH photo AS (
                SELECT uuid, view, area_id, taken_at, kind,
                       first_value(uuid) OVER oldest AS first_uuid,
                       first_value(taken_at) OVER oldest AS first_at,
                       row_number() OVER (PARTITION BY area_id, view ORDER BY taken_at DESC, id DESC) AS place,
                       count(*) OVER () AS total
                  FROM clinic_photo
                 WHERE patient_id = %s AND active AND kind != 'document'
                WINDOW oldest AS (PARTITION BY area_id, view ORDER BY taken_at, id)
            )
            SELECT photo.total, photo.first_uuid, photo.first_at, photo.uuid, photo.taken_at, photo.view, area.id
              FROM photo
         LEFT JOIN clinic_body_area area ON area.id = photo.area_id
             WHERE photo.place = 1
          ORDER BY (photo.taken_at - photo.first_at > interval '12 hours') DESC, photo.taken_at DESC, photo.uuid
             LIMIT %s
            """,
            patient.id,
            MOST_PAIRS,
        )
        rows = self.env.execute_query(query)
        names = {
            area.id: area.name for area in self.env["clinic.body.area"].sudo().browse([r[6] for r in rows if r[6]])
        }
        views = self._labels("clinic.photo", "view")
        pairs = [
            {
                "first": {"uuid": first, "taken_at": self._to_json(first_at)},
                "last": {"uuid": last, "taken_at": self._to_json(last_at)},
                "label": " · ".join(filter(None, [names.get(area_id), views[view]])),
                "single": first == last,
            }
            for _total, first, first_at, last, last_at, view, area_id in rows
        ]
        return {"count": rows[0][0] if rows else 0, "pairs": pairs}

    @api.model
    def _prepare_treatment(self, procedure):
        return {**super()._prepare_treatment(procedure), "photos": self._prepare_plan(procedure)}

    @api.model
    def _match_plan(self, plan, photos):
        """Give each line of ``plan`` its photo, and take that off ``photos``: the one of its area, else of the view.

        A line without an area asks for the whole view, whichever area was named when the photo was taken.
        """
        for line in plan:
            line["photo"] = None
        for is_same in (
            lambda line, photo: photo["area_id"] == line["area_id"],
            lambda line, photo: not line["area_id"],
        ):
            for line in plan:
                if line["photo"]:
                    continue
                for photo in photos:
                    is_view = (photo["kind"], photo["view"]) == (line["kind"], line["view"])
                    if is_view and is_same(line, photo):
                        line["photo"] = photo
                        photos.remove(photo)
                        break

    @api.model
    def _prepare_plan(self, procedure):
        """Return the photos that the protocol asks for, each with the one that was taken, and the others."""
        taken = self._load_of_procedures("clinic.photo", procedure.ids, PHOTO, SHOWN, order="taken_at, id")
        left = list(taken[procedure.id])
        plan = []
        if procedure.protocol_id:
            domain = [("protocol_id", "=", procedure.protocol_id.id)]
            plan = self._rows("clinic.protocol.photo", domain, PLAN, order="sequence, id")
        views, kinds = self._labels("clinic.photo", "view"), self._labels("clinic.photo", "kind")
        self._match_plan(plan, left)
        for line in plan:
            line.update(
                label=" · ".join(filter(None, [line["area"], views[line["view"]]])),
                kind_label=kinds[line["kind"]],
            )
        return {
            "plan": plan,
            "others": left,
            "missing": sum(not line["photo"] for line in plan),
            "standard_views": list(STANDARD_VIEWS),
            "patient_id": procedure.patient_id.id,
        }
