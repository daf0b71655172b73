import uuid

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.clinic.door import a_flag, a_text, takes

from ..const import MOST_TITLE, TYPES, clean_title


class ClinicDocument(models.Model):
    """A document of a patient: what it is, of when, and how long it is kept; never the file.

    The file is in the vault under the document's UUID. No field and no method returns it: the one way to it is the
    route in ``controllers/document.py``. A document is made by an upload alone.
    """

    _name = "clinic.document"
    _description = "Document"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin", "clinic.kept.mixin"]
    _order = "date desc, id desc"

    uuid = fields.Char(required=True, readonly=True, copy=False)
    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    kind_id = fields.Many2one("clinic.document.kind", string="Type", required=True, ondelete="restrict", index=True)
    name = fields.Char(string="Title", required=True, size=MOST_TITLE)
    date = fields.Date(required=True, help="The day that stands on the document.")
    note = fields.Text(help="For those who see the document.")
    visit_id = fields.Many2one(
        "clinic.visit", ondelete="restrict", index="btree_not_null", domain="[('patient_id', '=', patient_id)]"
    )
    author_id = fields.Many2one("res.users", string="Added By", required=True, readonly=True, ondelete="restrict")
    received_at = fields.Datetime(string="Added", required=True, readonly=True, default=fields.Datetime.now)
    file_type = fields.Selection(TYPES, required=True, readonly=True)
    pages = fields.Integer(readonly=True)
    size = fields.Integer(readonly=True, help="In bytes.")

    _uuid_uniq = models.UniqueIndex("(uuid)", "This document is stored already.")
    _of_patient_idx = models.Index("(patient_id, date DESC, id DESC) WHERE active")

    @api.depends("date")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for document in self:
            document.display_name = self.env._("Document %s", document.id or "")

    @api.constrains("visit_id", "patient_id")
    def _check_same_patient(self):
        """A document of a visit is one of its patient."""
        for document in self:
            if document.visit_id and document.visit_id.sudo().patient_id != document.patient_id:
                raise ValidationError(self.env._("The visit is of another patient. Choose a visit of this patient."))

    @api.constrains("date")
    def _check_date(self):
        """A document is of today or earlier; a wrong year is found at once."""
        for document in self:
            # The user's own branch may be a day ahead.
            today = max(document._branch()._clinic_today(), self.env.company._clinic_today())
            if document.date > today or document.date.year < 1900:
                raise ValidationError(self.env._("The day of a document is today or earlier. Check the date."))

    @api.model
    def _cleaned(self, vals):
        """Return ``vals`` with a title that is one line of what can be seen."""
        if "name" not in vals:
            return vals
        title = clean_title(vals["name"]) if isinstance(vals["name"], str) else ""
        if not title:
            raise ValidationError(self.env._("Give the document a title."))
        return {**vals, "name": title}

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: a document is made by an upload alone."""
        if not self.env.su:
            raise AccessError(self.env._("Documents are added by an upload, on the patient's documents."))
        return super().create([{"uuid": str(uuid.uuid4()), **self._cleaned(vals)} for vals in vals_list])

    def write(self, vals):
        result = super().write(self._cleaned(vals))
        if vals.keys() & {"date", "kind_id"}:
            for document in self:
                # A correction keeps it longer, never shorter.
                day, years = document._retention()
                until = max(filter(None, [document.retain_until, day + relativedelta(years=years)]))
                if until != document.retain_until:
                    document._clinic_writing().retain_until = until
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Documents are deleted with a reason, on the patient's documents."))

    def _branch(self):
        return self.visit_id.sudo().company_id or super()._branch()

    def _retention(self):
        # A day long ago, or a wrong one, does not let it go at once.
        return max(self.date, self.received_at.date()), self.kind_id.retention_years

    def _prepare_erased(self):
        return {**super()._prepare_erased(), "name": self.env._("Erased document"), "note": False}

    # -- what is done with one ----------------------------------------------------------------------------------------

    @takes(reason=a_text(200))
    def delete_document(self, reason):
        """Take these documents out of sight, with a reason; they can be brought back for 30 days at least."""
        return self._delete_with_reason(reason, self.env._("Say why the document is deleted."))

    def restore_document(self):
        """Bring deleted documents back."""
        return self._restore()

    @takes(shared=a_flag())
    def share_document(self, shared):
        """Show these documents to the patient on the portal, or take them away from there again."""
        return self._share(shared)
