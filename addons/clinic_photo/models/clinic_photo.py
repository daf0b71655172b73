import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..const import KINDS, VIEWS


class ClinicPhoto(models.Model):
    """A photo of a patient, or a scanned document: what it shows, of when, and how long it is kept; never the picture.

    The picture is in the vault under the photo's UUID. No field and no method returns it: the one way to it is the
    route in ``controllers/photo.py``. A photo is made by an upload alone.
    """

    _name = "clinic.photo"
    _description = "Photo"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin", "clinic.kept.mixin"]
    _order = "taken_at desc, id desc"
    _rec_name = "taken_at"

    uuid = fields.Char(required=True, readonly=True, copy=False)
    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    procedure_id = fields.Many2one("clinic.procedure", readonly=True, ondelete="restrict", index="btree_not_null")
    visit_id = fields.Many2one(related="procedure_id.visit_id")
    treatment_id = fields.Many2one(
        "product.template",
        compute="_compute_treatment_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    area_id = fields.Many2one("clinic.body.area", ondelete="restrict", index="btree_not_null")
    view = fields.Selection(VIEWS, required=True, default="front")
    kind = fields.Selection(KINDS, required=True, default="before", index=True)
    note = fields.Char(size=200)
    taken_at = fields.Datetime(
        string="Taken",
        required=True,
        readonly=True,
        index=True,
        help="By the camera's clock if that can be, else ours.",
    )
    captured_at = fields.Datetime(string="Camera's Time", readonly=True, help="As the camera wrote it into the file.")
    received_at = fields.Datetime(string="Received", required=True, readonly=True, default=fields.Datetime.now)
    author_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    width = fields.Integer(readonly=True)
    height = fields.Integer(readonly=True)
    marks = fields.Json(readonly=True, copy=False, help="Pins, arrows and words over the photo, which stays as it is.")
    permission_ids = fields.One2many("clinic.photo.permission", "photo_id", string="Permissions")

    _uuid_uniq = models.UniqueIndex("(uuid)", "This photo is stored already.")

    @api.depends("procedure_id")
    def _compute_treatment_id(self):
        for photo in self:
            photo.treatment_id = photo.procedure_id.treatment_id

    @api.depends("taken_at")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for photo in self:
            photo.display_name = self.env._("Photo %s", photo.id or "")

    @api.constrains("procedure_id", "patient_id")
    def _check_same_patient(self):
        """A photo of a procedure is one of the patient who is treated."""
        for photo in self:
            if photo.procedure_id and photo.procedure_id.patient_id != photo.patient_id:
                raise ValidationError(self.env._("The photo belongs to a procedure of another patient."))

    def _local_day(self):
        """Return the day on which the photo was taken, in its branch."""
        self.ensure_one()
        return self._branch()._clinic_local(self.taken_at).date()

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: a photo is made by an upload alone."""
        if not self.env.su:
            raise AccessError(self.env._("Photos are added with the camera or by an upload, on the patient's card."))
        return super().create([{"uuid": str(uuid.uuid4()), **vals} for vals in vals_list])

    def write(self, vals):
        if "kind" in vals and not self.env.su:
            for photo in self:
                if photo.kind != vals["kind"] and "document" in (photo.kind, vals["kind"]):
                    raise ValidationError(self.env._("A photo does not become a document, nor a document a photo."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(
            self.env._("Photos are not deleted here. Choose the photo in the gallery and delete it with a reason.")
        )
