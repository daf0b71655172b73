from odoo import api, fields, models


class ClinicPatient(models.Model):
    """The way to the record of a patient for whom others care, for those who treat."""

    _inherit = "clinic.patient"

    needs_break_glass = fields.Boolean(
        compute="_compute_needs_break_glass",
        groups="clinic.group_cosmetologist",
        help="The user cares for the patient in none of their branches, and is not admitted to the record.",
    )

    @api.depends("is_in_care")
    @api.depends_context("uid")
    def _compute_needs_break_glass(self):
        cared = self._in_care(self.env.user.company_ids)
        for patient in self:
            patient.needs_break_glass = bool(patient._origin) and patient._origin not in cared
