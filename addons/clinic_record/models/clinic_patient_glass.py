from odoo import api, fields, models


class ClinicPatient(models.Model):
    """The way to the record of another branch's patient, for those who treat."""

    _inherit = "clinic.patient"

    needs_break_glass = fields.Boolean(
        compute="_compute_needs_break_glass",
        groups="clinic.group_cosmetologist",
        help="The record belongs to branches where the user does not work, and the user is not admitted to it.",
    )

    @api.depends("care_branch_ids")
    @api.depends_context("uid")
    def _compute_needs_break_glass(self):
        for patient in self:
            # Which branches care for a patient, others may not read.
            cared = patient.sudo().care_branch_ids & self.env.user.company_ids
            patient.needs_break_glass = bool(patient.id) and not cared and self.env.user not in patient.glass_user_ids
