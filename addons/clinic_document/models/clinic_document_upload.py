from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic.door import a_count, a_day, a_form, a_text, an_id, takes
from odoo.addons.clinic_photo.const import MOST_PIXELS
from odoo.addons.clinic_photo.intake import take_in
from odoo.addons.clinic_photo.models.clinic_upload_mixin import KEY

from ..const import MOST_PAGES, VARIANT, clean_title
from ..intake import take_in_pdf

ABOUT = a_form(
    patient_id=an_id(),
    kind_id=an_id(),
    # The name of a file may be as long as its system allows, and hold anything.
    name=a_text(10_000),
    date=a_day(optional=True),
    note=a_text(1000, optional=True),
    visit_id=an_id(optional=True),
    size=a_count(1),
)


class ClinicDocumentUpload(models.Model):
    """An upload of a document: a PDF, or a picture of it."""

    _name = "clinic.document.upload"
    _description = "Document Upload"
    _inherit = ["clinic.upload.mixin"]
    _clinic_logs_changes = False
    _upload_makes = "document_id"

    document_id = fields.Many2one("clinic.document", readonly=True, ondelete="cascade", index="btree_not_null")

    @takes(key=KEY, about=ABOUT)
    @api.model
    def begin(self, key, about):
        """Announce a document, or ask how far it got; see ``_begin``."""
        return self._begin(key, about)

    @takes(key=KEY)
    @api.model
    def finish(self, key):
        """Make the document of the parts; see ``_finish``."""
        return self._finish(key)

    @takes(key=KEY)
    @api.model
    def cancel(self, key):
        """Forget a document that is not through yet."""
        return self._cancel(key)

    def _place(self):
        # Nobody takes the parts of a photo for a document, or the other way round.
        return f"document-{super()._place()}"

    @api.model
    def _prepare_about(self, about):
        day = about.get("date") or self.env.company._clinic_today()
        return {**about, "name": clean_title(about["name"]), "date": fields.Date.to_string(day)}

    @api.model
    def _check_may_add(self, about):
        """Return the patient; raise unless the user may add documents to this patient, and ``about`` makes sense.

        Reception adds documents of every kind, as they are handed in at the desk; it sees those for it alone.
        """
        patient = self._patient_of(about)
        clinical = self.env.user.has_group("clinic.group_cosmetologist") and patient._in_care()
        if not clinical and not self.env.user.has_group("clinic.group_reception"):
            self.env["clinic.access.log"]._log(patient, "denied", model="clinic.document", reason="create")
            raise AccessError(self.env._("Documents are added by those who treat the patient, and by reception."))
        # To be named; nothing of these is shown.
        if not self.env["clinic.document.kind"].sudo().browse(about["kind_id"]).exists():
            raise UserError(self.env._("This kind of document does not exist any more. Choose another one."))
        visit = self.env["clinic.visit"].sudo().browse(about.get("visit_id") or [])
        if visit and visit.exists().patient_id != patient:
            raise UserError(self.env._("The visit is of another patient. Choose a visit of this patient."))
        day = fields.Date.to_date(about.get("date"))
        if day and day > self.env.company._clinic_today():
            raise UserError(self.env._("The day of a document is today or earlier. Check the date."))
        return patient

    # -- what is in it ------------------------------------------------------------------------------------------------

    def _take_in(self):
        first = self._files().filtered(lambda file: file.variant == "0")._content()
        if first.startswith(b"%PDF-"):
            facts, clean = take_in_pdf(self._join_parts, self._turn_file(), {"pages": MOST_PAGES})
            return {"file_type": "pdf", "pages": facts["pages"]}, {VARIANT: clean}
        _facts, pictures = take_in(self._join_parts, self._turn_file(), {"pixels": MOST_PIXELS})
        return {"file_type": "jpeg", "pages": 1}, {VARIANT: pictures["original"]}

    @api.model
    def _refusal(self, rule):
        """Return why a file is not taken, and what to do."""
        texts = {
            "kind": self.env._("This is neither a PDF nor a picture. Choose a PDF, JPEG, PNG, WebP or HEIC file."),
            "pixels": self.env._("The picture has more than 50 megapixels. Choose a lower resolution."),
            "small": self.env._("The picture is too small to show anything. Choose another one."),
            "moving": self.env._("Animated images are not accepted. Choose a still picture."),
            "encrypted": self.env._(
                "The PDF is protected by a password. Open it, print it into a new PDF and add that one."
            ),
            "pages": self.env._("The PDF has more than %s pages. Split it and add the parts.", MOST_PAGES),
            "large": self.env._(
                "The PDF is larger than 50 MB once it is cleaned. Print it into a new PDF and add that."
            ),
            "form": self.env._(
                "The PDF has a form whose text is not part of its pages. Open it, print it into a new PDF and add that."
            ),
            "empty": self.env._("The PDF has no pages. Choose another one."),
            "unreadable": self.env._(
                "The PDF cannot be read: it is broken or cut short. Open it, print it into a new PDF and add that one."
            ),
            "slow": self.env._("Reading the file took too long. Try again."),
            "limits": self.env._("The file needs too much memory. Try again; if that fails, make it smaller."),
        }
        return texts.get(rule) or self.env._(
            "The file could not be read: it may be broken or cut short. Try again; if that fails, make a new one."
        )

    def _make(self, patient, facts, files):
        about = self.about
        given = {name: about.get(name) or False for name in ("kind_id", "note", "visit_id", "date")}
        kind = self.env["clinic.document.kind"].sudo().browse(given["kind_id"])
        document = (
            # Whether the user may was checked; nobody has a right to add documents but by an upload.
            self.env["clinic.document"]
            .sudo()
            .create(
                {
                    **given,
                    **facts,
                    "name": about["name"] or kind.name,
                    "patient_id": patient.id,
                    "author_id": self.env.uid,
                    "size": len(files[VARIANT]),
                }
            )
        )
        for variant, data in files.items():
            self.env["clinic.vault.file"]._store(document.uuid, variant, data)
        return document
