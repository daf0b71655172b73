import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.clinic.door import a_choice, a_flag, a_form, a_list, a_number, a_record, a_text, takes
from odoo.addons.clinic.reasons import check_reason

from ..const import USES
from ..intake import Busy, Refused, compose

MOST_PHOTOS = 6
HEIGHT = 1200
HOURS_TO_FETCH = 1
MASK = a_form(x=a_number(0, 1), y=a_number(0, 1), width=a_number(0, 1), height=a_number(0, 1))


class ClinicPhotoExport(models.Model):
    """A picture that left the clinic: which photos, for which use and purpose, by whom; and the picture for an hour.

    It is drawn again of the photos, with masks burnt in, dates and a watermark. Rows are only added.
    """

    _name = "clinic.photo.export"
    _description = "Export of Photos"
    _inherit = "clinic.confidential.mixin"
    _order = "id desc"
    _rec_name = "use"

    uuid = fields.Char(required=True, readonly=True)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    photo_ids = fields.Many2many("clinic.photo", readonly=True)
    use = fields.Selection(USES, required=True, readonly=True)
    purpose = fields.Char(required=True, readonly=True)
    masked = fields.Boolean(readonly=True)
    user_id = fields.Many2one("res.users", string="Exported By", required=True, readonly=True, ondelete="restrict")
    exported_at = fields.Datetime(string="On", required=True, readonly=True, default=fields.Datetime.now)

    _uuid_uniq = models.UniqueIndex("(uuid)", "This export is stored already.")

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: an export is written down when it is made."""
        if not self.env.su:
            raise AccessError(self.env._("Export photos from the comparison, for a use that the patient permits."))
        return super().create([{"uuid": str(uuid.uuid4()), **vals} for vals in vals_list])

    def write(self, vals):
        """Refuse: what left the clinic stays as it was written down."""
        if not self.env.su:
            raise AccessError(self.env._("The record of an export cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The record of an export cannot be deleted."))

    @takes(
        photos=a_list(a_record("clinic.photo", exists=True), least=1, most=MOST_PHOTOS),
        use=a_choice(dict(USES)),
        purpose=a_text(200),
        masks=a_list(a_list(MASK, most=20), most=MOST_PHOTOS),
        dates=a_flag(),
    )
    @api.model
    def make(self, photos, use, purpose, masks=None, dates=True):
        """Draw one picture of ``photos`` side by side, if the patient permits that ``use`` of each of them.

        :param masks: for each photo the rectangles, from 0 to 1, that are covered for good
        :param dates: whether the day of each photo is written below it
        :return: {"uuid"}: the route of the photos sends the picture for an hour; {"busy": True}: ask again
        :raises UserError: in words, when a use is not permitted
        """
        given, photos = photos, self.env["clinic.photo"].union(*photos)
        # Masks belong to photos by their order.
        if len(photos) != len(given) or len(masks or []) not in (0, len(given)):
            raise UserError(self.env._("Each photo is exported once, with its own masks. Choose the photos again."))
        self._check_may_export(photos, use, purpose)
        picture = self._draw(photos, masks or [], dates)
        if picture is None:
            return {"busy": True}
        values = {"patient_id": photos.patient_id.id, "photo_ids": photos.ids, "use": use, "purpose": purpose.strip()}
        # The right to each photo, and the permission, were checked; nobody has a right to add rows.
        export = self.sudo().create({**values, "user_id": self.env.uid, "masked": any(masks or [])})
        self.env["clinic.vault.file"]._store(export.uuid, "export", picture)
        self.env["clinic.access.log"]._log(photos.patient_id, "export", reason=dict(USES)[use], model="clinic.photo")
        return {"uuid": export.uuid}

    @api.model
    def _check_may_export(self, photos, use, purpose):
        check_reason(self.env, purpose, self.env._("Say what the picture is for."))
        if not self.env.user.has_group("clinic.group_practitioner"):
            raise AccessError(self.env._("Photos are exported by a practitioner."))
        photos.check_access("read")
        if len(photos.patient_id) != 1 or not all(photos.mapped("active")):
            raise UserError(self.env._("Choose photos of one patient that are not deleted."))
        if photos - self.env["clinic.photo.permission"]._permitted(photos, use):
            word = dict(self._fields["use"]._description_selection(self.env))[use]
            raise UserError(
                self.env._(
                    "%(patient)s has not permitted this use (%(use)s) of all these photos. Record the permission "
                    "first.",
                    patient=photos.patient_id.name,
                    use=word,
                )
            )

    @api.model
    def _draw(self, photos, masks, dates):
        files = self.env["clinic.vault.file"]
        layout = {
            "height": HEIGHT,
            "masks": [
                [[mask[name] for name in ("x", "y", "width", "height")] for mask in rectangles]
                for rectangles in masks or [[]] * len(photos)
            ],
            "captions": [format_date(self.env, photo._local_day()) if dates else "" for photo in photos],
            "watermark": self.env.company.name,
        }
        try:
            pictures = [files._open(photo.uuid, "preview") for photo in photos]
            return compose(layout, pictures, self.env["clinic.photo.upload"]._turn_file())
        except Busy:
            return None
        except Refused as error:
            raise UserError(self.env._("The picture could not be drawn. Choose fewer photos and try again.")) from error

    @api.model
    def _served(self, uuid):
        """Return the picture of an export; None unless it is the user's own, of this hour, and still permitted."""
        # Its maker alone is asked for.
        export = self.sudo().search([("uuid", "=", uuid), ("user_id", "=", self.env.uid)], limit=1)
        since = fields.Datetime.now() - timedelta(hours=HOURS_TO_FETCH)
        if not export or export.exported_at < since:
            return None
        photos = self.env["clinic.photo"].search([("id", "in", export.photo_ids.ids)])
        if photos.ids and photos != self.env["clinic.photo.permission"]._permitted(photos, export.use):
            return None
        if len(photos) != len(export.photo_ids):
            return None
        return self.env["clinic.vault.file"]._open(uuid, "export")

    @api.model
    def _cron_forget(self):
        """Erase the pictures that were not fetched in time; that they were made stays."""
        limit = fields.Datetime.now() - timedelta(hours=HOURS_TO_FETCH)
        self.flush_model()
        query = """
            SELECT file.id FROM clinic_vault_file file JOIN clinic_photo_export export ON export.uuid = file.owner
             WHERE export.exported_at < %s
        """
        self.env.cr.execute(query, [limit])
        self.env["clinic.vault.file"].sudo().browse(id_ for (id_,) in self.env.cr.fetchall())._erase()
