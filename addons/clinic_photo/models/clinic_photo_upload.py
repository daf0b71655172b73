from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic.door import a_choice, a_count, a_form, a_moment, a_text, an_id, takes

from ..const import KINDS, MOST_PIXELS, VIEWS
from ..intake import take_in
from .clinic_upload_mixin import KEY

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
OLDEST = datetime(2000, 1, 1)


class ClinicPhotoUpload(models.Model):
    """An upload of a photo, or of a document that was photographed."""

    _name = "clinic.photo.upload"
    _description = "Photo Upload"
    _inherit = ["clinic.upload.mixin"]
    _clinic_logs_changes = False
    _upload_makes = "photo_id"

    photo_id = fields.Many2one("clinic.photo", readonly=True, ondelete="cascade", index="btree_not_null")

    @takes(key=KEY, about=ABOUT)
    @api.model
    def begin(self, key, about):
        """Announce a photo, or ask how far it got; see ``_begin``."""
        return self._begin(key, about)

    @takes(key=KEY)
    @api.model
    def finish(self, key):
        """Make the photo of the parts; see ``_finish``."""
        return self._finish(key)

    @takes(key=KEY)
    @api.model
    def cancel(self, key):
        """Forget a photo that is not through yet."""
        return self._cancel(key)

    @api.model
    def _prepare_about(self, about):
        taken = about.get("taken_at")
        return {**about, "taken_at": fields.Datetime.to_string(taken) if taken else False}

    @api.model
    def _check_may_add(self, about):
        """Return the patient; raise unless the user may add such a photo or document."""
        patient = self._patient_of(about)
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

    def _take_in(self):
        return take_in(self._join_parts, self._turn_file(), {"pixels": MOST_PIXELS})

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

    def _make(self, patient, facts, files):
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
        for variant, picture in files.items():
            self.env["clinic.vault.file"]._store(photo.uuid, variant, picture)
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
