from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicAuthoredMixin(models.AbstractModel):
    """A clinical row of a patient: anyone who records it stands for it, and it is corrected only while it is open."""

    _name = "clinic.authored.mixin"
    _description = "Clinical Row of an Author"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    author_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user,
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "author_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_open()
        return super().write(vals)

    def _check_open(self):
        """Raise ``UserError`` when one of these rows can no longer be changed."""
        for row in self:
            if reason := row._closed_reason():
                raise UserError(reason)

    def _closed_reason(self):
        """Return why this row can no longer be changed, or None. Models with a life of their own override it."""
        self.ensure_one()
        return None
