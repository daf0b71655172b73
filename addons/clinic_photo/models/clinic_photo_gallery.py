from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_flag, an_id, takes

from ..const import STANDARD_VIEWS


class ClinicPhotoGallery(models.AbstractModel):
    """All photos of a patient that the user may see, in a few queries, and what can be done with them."""

    _name = "clinic.photo.gallery"
    _description = "Photos of a Patient"

    @takes(patient_id=an_id(), deleted=a_flag())
    @api.model
    def load(self, patient_id, deleted=False):
        """Return the photos, the newest first; all moments are UTC.

        :param deleted: those that were deleted instead
        :raises AccessError: for those who see neither photos nor documents
        """
        patient = self.env["clinic.patient"].browse(patient_id).exists()
        if not patient:
            raise UserError(self.env._("This patient does not exist any more."))
        if not self.env["clinic.photo"].has_access("read"):
            raise AccessError(self.env._("Photos are for those who treat, documents for reception as well."))
        patient.check_access("read")
        patient = patient._kept()
        clinical = bool(self.env.user.has_group("clinic.group_cosmetologist") and patient._in_care())
        if not clinical and not self.env.user.has_group("clinic.group_reception"):
            self.env["clinic.access.log"]._log(patient, "denied", model="clinic.photo")
            raise AccessError(self.env._("The photos open once the patient is in your care. Open the record first."))
        self.env["clinic.photo"]._log_view(patient, "clinic.photo")
        domain = [("patient_id", "=", patient.id), ("active", "=", not deleted), ("erased_at", "=", False)]
        photos = self.env["clinic.photo"].search(domain)
        return {
            "patient": {"id": patient.id, "name": patient.name, "number": patient.number},
            "clinical": clinical,
            "held": bool(patient.sudo().photo_hold_reason),
            "can_delete": self.env.user.has_group("clinic.group_practitioner"),
            "procedure_id": clinical and self._procedure_of_now(patient).id,
            "photos": self._prepare_photos(photos),
            "pairs": self._prepare_pairs(photos),
            "permissions": self._prepare_permissions(patient),
            "choices": self._prepare_choices(photos),
        }

    @api.model
    def _procedure_of_now(self, patient):
        """Return the procedure to which a photo that is taken now belongs: the one under way, else today's last one."""
        branch = self.env.company
        midnight = branch._clinic_midnight(branch._clinic_today())
        # The right to the record was checked.
        procedures = self.env["clinic.procedure"].sudo()
        own = Domain("patient_id", "=", patient.id) & Domain("company_id", "=", branch.id)
        running = procedures.search(
            own & Domain("state", "=", "in_progress"), order="started_at desc, id desc", limit=1
        )
        done = Domain("state", "=", "done") & Domain("done_at", ">=", midnight)
        return running or procedures.search(own & done, order="done_at desc, id desc", limit=1)

    @takes(patient_id=an_id(), procedure_id=an_id())
    @api.model
    def ghosts(self, patient_id, procedure_id=None):
        """Return the UUIDs of the newest earlier photos of a patient, to stand alike.

        :param procedure_id: of other procedures than this one
        :return: {"view/id of the area" | "view": UUID}; by the view alone the newest one of any area, which is of no
            use to a close-up
        """
        photos = self.env["clinic.photo"]
        patient = self.env["clinic.patient"].browse(patient_id).exists()._kept()
        domain = Domain("patient_id", "in", patient.ids) & Domain("kind", "!=", "document")
        if procedure_id:
            domain &= Domain("procedure_id", "!=", procedure_id)
        found = photos.search(domain, order="taken_at, id")
        for patient in found.patient_id:
            photos._log_view(patient, photos._name)
        return {
            **{photo.view: photo.uuid for photo in found if photo.view != "area"},
            **{f"{photo.view}/{photo.area_id.id or ''}": photo.uuid for photo in found},
        }

    @api.model
    def _prepare_photos(self, photos):
        """Return the photos as the viewer takes them."""
        # Of photos that the user may see; names of treatments and people are no secret beside them.
        uses = photos._uses_of(photos)
        return [
            {
                "id": photo.id,
                "uuid": photo.uuid,
                "taken_at": fields.Datetime.to_string(photo.taken_at),
                "day": fields.Date.to_string(photo._local_day()),
                "view": photo.view,
                "kind": photo.kind,
                "area_id": photo.area_id.id,
                "area": photo.area_id.name or "",
                "treatment_id": photo.treatment_id.id,
                "treatment": photo.treatment_id.name or "",
                "procedure_id": photo.procedure_id.id,
                "note": photo.note or "",
                "width": photo.width,
                "height": photo.height,
                "marks": photo.marks or [],
                "shared": photo.is_shared,
                "uses": uses[photo.id],
                "author": photo.author_id.name,
                "delete_reason": photo.delete_reason or "",
            }
            for photo in photos.sudo()
        ]

    @api.model
    def _prepare_pairs(self, photos):
        # Of photos that the user may see.
        pairs = self.env["clinic.photo.pair"].sudo()
        rows = pairs.search([("first_id", "in", photos.ids), ("second_id", "in", photos.ids)])
        return [
            {
                "first": row.first_id.id,
                "second": row.second_id.id,
                "points": row.points,
                "remaining": pairs._remaining(row.points, row.first_id, row.second_id),
            }
            for row in rows
        ]

    @api.model
    def _prepare_permissions(self, patient):
        """Return for each use whether all photos are permitted, since when, and until when."""
        rows = (
            self.env["clinic.photo.permission"]
            .sudo()
            .search([("patient_id", "=", patient.id), ("photo_id", "=", False)])
        )
        found, today = [], self.env.company._clinic_today()
        for use, label in self.env["clinic.photo.permission"]._fields["use"]._description_selection(self.env):
            last = rows.filtered(lambda row, use=use: row.use == use)[:1]
            ended = last.decision == "granted" and bool(last.until) and last.until < today
            found.append(
                {
                    "use": use,
                    "label": label,
                    "granted": last.decision == "granted" and not ended,
                    "ended": ended,
                    "withdrawn": last.decision == "withdrawn",
                    "at": fields.Datetime.to_string(last.decided_at) if last else False,
                    "until": fields.Date.to_string(last.until) if last.until else False,
                    "evidence": last.evidence or "",
                }
            )
        return found

    @api.model
    def _prepare_choices(self, photos):
        model = self.env["clinic.photo"]
        # To choose from, when photos are added or corrected.
        areas = self.env["clinic.body.area"].sudo().search([])
        return {
            "view": [{"id": key, "name": name} for key, name in model._fields["view"]._description_selection(self.env)],
            "kind": [{"id": key, "name": name} for key, name in model._fields["kind"]._description_selection(self.env)],
            "use": [{"id": key, "name": name} for key, name in self._use_labels()],
            "area_id": [{"id": area.id, "name": area.name} for area in areas],
            "standard_views": list(STANDARD_VIEWS),
        }

    @api.model
    def _use_labels(self):
        return self.env["clinic.photo.permission"]._fields["use"]._description_selection(self.env)
