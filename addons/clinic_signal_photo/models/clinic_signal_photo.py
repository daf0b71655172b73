import uuid

from odoo import SUPERUSER_ID, api, fields, models

from odoo.addons.clinic_photo.const import MOST_PIXELS
from odoo.addons.clinic_photo.intake import Refused, take_in

MOST_PHOTOS = 4
# Each costs the server some seconds.
MOST_TRIES = 16


class ClinicSignalPhoto(models.Model):
    """A photo that a patient has added to a report that is being written; once that is sent it is one of the record.

    The picture is in the vault, re-encoded by the same process as all others. Nobody has a right to these rows.
    """

    _name = "clinic.signal.photo"
    _description = "Photo of a Report"
    _clinic_logs_changes = False

    uuid = fields.Char(required=True, readonly=True)
    link_id = fields.Many2one("clinic.signal.link", required=True, readonly=True, ondelete="cascade", index=True)
    width = fields.Integer(readonly=True)
    height = fields.Integer(readonly=True)
    captured_at = fields.Datetime(readonly=True)
    photo_id = fields.Many2one("clinic.photo", readonly=True, ondelete="restrict", index="btree_not_null")

    _uuid_uniq = models.UniqueIndex("(uuid)", "This photo is stored already.")

    @api.model
    def _add(self, link, data):
        """Check the bytes ``data``, make a clean picture of them and keep it for the report behind ``link``.

        :raises Refused: when they are no picture that is taken, or there were enough
        :raises Busy: when another picture is being read
        """
        if len(link.photo_ids) >= MOST_PHOTOS or link.photo_tries >= MOST_TRIES:
            raise Refused("enough")
        uploads = self.env["clinic.photo.upload"].with_company(link.company_id)
        link._clinic_writing().photo_tries += 1
        try:
            facts, files = take_in(data, uploads._turn_file(), {"pixels": MOST_PIXELS})
        except Refused:
            raise
        except Exception:
            # That the server could not read it now is no fault of the photo's; the page tries again.
            link._clinic_writing().photo_tries -= 1
            raise
        values = {"uuid": str(uuid.uuid4()), "link_id": link.id, "captured_at": uploads._captured_at(facts)}
        photo = self.sudo()._clinic_writing().create({**values, "width": facts["width"], "height": facts["height"]})
        for variant, picture in files.items():
            self.env["clinic.vault.file"]._store(photo.uuid, variant, picture)
        return photo

    def _drop(self):
        """Forget photos that are of no record yet."""
        for photo in self.filtered(lambda photo: not photo.photo_id):
            self.env["clinic.vault.file"]._of(photo.uuid)._erase()
            photo.unlink()

    def _file(self, signal):
        """Make these photos part of the record of the patient who has sent ``signal``; for care alone."""
        now = fields.Datetime.now()
        for row in self.filtered(lambda row: not row.photo_id):
            procedure = signal.procedure_ids if len(signal.procedure_ids) == 1 else signal.procedure_ids.browse()
            captured = row.captured_at
            row._clinic_writing().photo_id = (
                # The patient has sent it by a link that was good; nobody has a right to add photos but by an upload.
                self.env["clinic.photo"]
                .sudo()
                .create(
                    {
                        "uuid": row.uuid,
                        "patient_id": signal.patient_id.id,
                        "procedure_id": procedure.id,
                        "view": "area",
                        "kind": "after",
                        "note": self.env._("From the patient"),
                        "author_id": SUPERUSER_ID,
                        "taken_at": captured if captured and captured <= now else now,
                        "captured_at": captured,
                        "received_at": now,
                        "width": row.width,
                        "height": row.height,
                    }
                )
            )
        self._keep_for_care(signal)

    def _keep_for_care(self, signal):
        """Keep the photos from all uses but care, whatever the patient has permitted for photos of the clinic."""
        permissions = self.env["clinic.photo.permission"].with_user(SUPERUSER_ID)
        evidence = self.env._("Sent for care alone")
        for use in ("teaching", "marketing") if self.photo_id else ():
            permissions._decide(signal.patient_id, use, False, evidence, self.photo_id, None)

    @api.autovacuum
    def _gc_never_sent(self):
        """Forget the photos of reports that were never sent."""
        never = [("photo_id", "=", False), ("link_id.expires_at", "<", fields.Datetime.now())]
        self.sudo().search(never, limit=1000)._drop()
