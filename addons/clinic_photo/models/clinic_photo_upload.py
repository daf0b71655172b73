import math
from datetime import datetime, timedelta, timezone
from pathlib import Path

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import config

from odoo.addons.clinic.door import a_choice, a_count, a_form, a_moment, a_text, an_id, takes

from ..const import KINDS, MOST_BYTES, MOST_PIXELS, PART_BYTES, VIEWS
from ..intake import Busy, Refused, take_in

ABOUT = a_form(
    patient_id=an_id(),
    procedure_id=an_id(optional=True),
    area_id=an_id(optional=True),
    view=a_choice(dict(VIEWS)),
    kind=a_choice(dict(KINDS)),
    note=a_text(200, optional=True),
    taken_at=a_moment(optional=True),
    size=a_count(1),
)
KEY = a_text(64)
# A card that is opened again within this time goes on with what was not through.
HOURS_TO_RESUME = 24
DAYS_TO_KNOW = 90
OLDEST = datetime(2000, 1, 1)


class ClinicPhotoUpload(models.Model):
    """An upload: what the photo will be, and the parts that have arrived, sealed like all else.

    The browser chooses the key; what is sent twice, after a broken connection or a reload, is one photo.
    """

    _name = "clinic.photo.upload"
    _description = "Photo Upload"
    _clinic_logs_changes = False

    key = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade", index=True)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="cascade", index=True)
    about = fields.Json(required=True, readonly=True)
    size = fields.Integer(required=True, readonly=True)
    photo_id = fields.Many2one("clinic.photo", readonly=True, ondelete="cascade", index="btree_not_null")

    _key_uniq = models.UniqueIndex("(key)", "This photo is being uploaded already.")
    _size_taken = models.Constraint(f"CHECK (size BETWEEN 1 AND {MOST_BYTES})", "A photo may have 25 MB at most.")

    # -- beginning ----------------------------------------------------------------------------------------------------

    @takes(key=KEY, about=ABOUT)
    @api.model
    def begin(self, key, about):
        """Announce a photo, or ask how far it got.

        :param key: chosen by the browser, 16 characters at least
        :param about: what the photo will be; ``size`` in bytes
        :return: {"parts": those that are here, "part_size", "photo": its id once it is through}
        """
        upload = self._own(key)
        if not upload:
            if len(key) < 16 or not key.replace("-", "").isalnum():
                raise UserError(self.env._("The upload has no valid key. Reload the page."))
            if about["size"] > MOST_BYTES:
                raise UserError(self.env._("The photo is larger than 25 MB. Make it smaller, or take another one."))
            patient = self._check_may_add(about)
            taken = about.get("taken_at")
            about = {**about, "taken_at": fields.Datetime.to_string(taken) if taken else False}
            values = {"key": key, "user_id": self.env.uid, "patient_id": patient.id}
            # Whether the user may was checked; nobody has a right to these rows.
            upload = self.sudo().create({**values, "about": about, "size": about["size"]})
        return {"parts": upload._parts(), "part_size": PART_BYTES, "photo": upload.photo_id.id}

    @api.model
    def _own(self, key):
        """Return the user's upload with that key, if there is one."""
        upload = self.sudo().search([("key", "=", key)], limit=1)
        if upload and upload.user_id != self.env.user:
            raise AccessError(self.env._("This photo is being uploaded by somebody else."))
        return upload

    @api.model
    def _check_may_add(self, about):
        """Return the patient; raise unless the user may add such a photo or document."""
        patient = self.env["clinic.patient"].browse(about["patient_id"]).exists()._kept()
        if not patient:
            raise UserError(self.env._("This patient does not exist any more."))
        patient.check_access("read")
        clinical = self.env.user.has_group("clinic.group_cosmetologist") and patient._in_care()
        if not clinical and not (about["kind"] == "document" and self.env.user.has_group("clinic.group_reception")):
            self.env["clinic.access.log"]._log(patient, "denied", model="clinic.photo", reason="create")
            raise AccessError(self.env._("Photos are added by those who treat the patient; documents by reception."))
        procedure = self.env["clinic.procedure"].browse(about.get("procedure_id") or [])
        # The card names it; of another patient it cannot be.
        if procedure and procedure.sudo().exists().patient_id != patient:
            raise UserError(self.env._("This procedure is of another patient."))
        area = self.env["clinic.body.area"].browse(about.get("area_id") or [])
        if area and not area.sudo().exists():
            raise UserError(self.env._("This area does not exist any more."))
        return patient

    # -- parts --------------------------------------------------------------------------------------------------------

    def _files(self):
        return self.env["clinic.vault.file"]._of(self._place())

    def _place(self):
        return f"upload-{self.key}"

    def _parts(self):
        """Return the numbers of the parts that are here."""
        return sorted(int(file.variant) for file in self._files())

    def _join_parts(self):
        """Return the bytes of all parts."""
        parts = {int(file.variant): file for file in self._files()}
        return b"".join(parts[number]._content() for number in sorted(parts))

    def _part_sizes(self):
        """Return the size of each part in their order."""
        count = math.ceil(self.size / PART_BYTES)
        return [PART_BYTES] * (count - 1) + [self.size - PART_BYTES * (count - 1)]

    def _take_part(self, number, data):
        """Keep a part, unless it is here already."""
        self.ensure_one()
        sizes = self._part_sizes()
        if not 0 <= number < len(sizes) or len(data) != sizes[number]:
            raise UserError(self.env._("This part does not belong to the photo. Choose the photo again."))
        if self.photo_id or number in self._parts():
            return
        try:
            with self.env.cr.savepoint():
                self.env["clinic.vault.file"]._store(self._place(), str(number), data)
        except psycopg2.errors.UniqueViolation:
            # It has just come by another tab, too.
            return

    # -- finishing ----------------------------------------------------------------------------------------------------

    @takes(key=KEY)
    @api.model
    def finish(self, key):
        """Make the photo of the parts.

        :return: {"state": "done", "photo": id}; "busy": ask again in a second; "missing": send ``parts``; "refused":
            ``text`` says why, and the photo is forgotten; "failed": as well, and it is kept, to be tried again
        """
        upload = self._own(key)
        if not upload:
            raise UserError(self.env._("This upload has expired. Choose the photo again."))
        if upload.photo_id:
            return {"state": "done", "photo": upload.photo_id.id}
        # The patient may have gone out of care, or been merged, meanwhile.
        patient = self._check_may_add({**upload.about, "patient_id": upload.patient_id.id})
        if not upload.try_lock_for_update():
            # By another tab, or by a request whose answer did not arrive.
            return {"state": "busy"}
        missing = sorted(set(range(len(upload._part_sizes()))) - set(upload._parts()))
        if missing:
            return {"state": "missing", "parts": missing}
        try:
            facts, pictures = take_in(upload._join_parts, self._turn_file(), {"pixels": MOST_PIXELS})
        except Busy:
            return {"state": "busy"}
        except Refused as error:
            if not error.is_final:
                return {"state": "failed", "text": self._refusal(error.rule)}
            upload._forget()
            return {"state": "refused", "text": self._refusal(error.rule)}
        photo = upload._make_photo(patient, facts, pictures)
        return {"state": "done", "photo": photo.id}

    @api.model
    def _turn_file(self):
        return Path(config["data_dir"]) / "clinic_intake.lock"

    @api.model
    def _refusal(self, rule):
        """Return why a picture is not taken, and what to do."""
        texts = {
            "kind": self.env._("This is not a photo. Choose a JPEG, PNG, WebP or HEIC picture."),
            "pixels": self.env._("The photo has more than 50 megapixels. Choose a lower resolution and take it again."),
            "small": self.env._("The picture is too small to show anything. Choose another one."),
            "moving": self.env._("Animated images are not accepted. Choose a still photo."),
            "slow": self.env._("Reading the photo took too long. Try again."),
            "limits": self.env._(
                "The photo needs too much memory. Try again; if that fails, take it with a lower resolution."
            ),
        }
        return texts.get(rule) or self.env._(
            "The photo could not be read: it may be broken or cut short. Try again; if that fails, take it again."
        )

    def _make_photo(self, patient, facts, pictures):
        about, now = self.about, fields.Datetime.now()
        captured = self._captured_at(facts)
        said = fields.Datetime.to_datetime(about.get("taken_at") or None)
        taken = next((moment for moment in (captured, said) if moment and OLDEST < moment <= now), now)
        values = {name: about.get(name) or False for name in ("procedure_id", "area_id", "view", "kind", "note")}
        photo = (
            # Whether the user may was checked; nobody has a right to add photos but by an upload.
            self.env["clinic.photo"]
            .sudo()
            .create(
                {
                    **values,
                    "patient_id": patient.id,
                    "author_id": self.env.uid,
                    "taken_at": taken,
                    "captured_at": captured,
                    "received_at": now,
                    "width": facts["width"],
                    "height": facts["height"],
                }
            )
        )
        for variant, picture in pictures.items():
            self.env["clinic.vault.file"]._store(photo.uuid, variant, picture)
        self._files()._erase()
        self.photo_id = photo
        return photo

    def _captured_at(self, facts):
        """Return when the camera says that the photo was taken, in UTC; None where it says nothing that can be."""
        try:
            moment = datetime.strptime(facts["taken"][:19], "%Y:%m:%d %H:%M:%S")
            if facts["offset"]:
                moment = datetime.fromisoformat(moment.isoformat() + facts["offset"].strip())
                moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
            else:
                # A camera without an offset shows the time of the place where it is.
                zone = self.env.company._clinic_timezone()
                moment = zone.localize(moment).astimezone(timezone.utc).replace(tzinfo=None)
        except (ValueError, OverflowError):
            return None
        return moment if OLDEST < moment <= fields.Datetime.now() + timedelta(days=1) else None

    @takes(key=KEY)
    @api.model
    def cancel(self, key):
        """Forget a photo that is not through yet."""
        self._own(key)._forget()
        return True

    def _forget(self):
        for upload in self:
            upload._files()._erase()
        self.unlink()

    @api.model
    def _cron_forget(self):
        """Forget uploads that nobody finished, and, much later, which photos the others became.

        Until then the same upload, from a browser that was off for weeks, makes no second photo.
        """
        now = fields.Datetime.now()
        unfinished = [("photo_id", "=", False), ("create_date", "<", now - timedelta(hours=HOURS_TO_RESUME))]
        finished = [("photo_id", "!=", False), ("create_date", "<", now - timedelta(days=DAYS_TO_KNOW))]
        self.sudo().search(Domain(unfinished) | Domain(finished))._forget()
