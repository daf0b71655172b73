from odoo import api, fields, models


class ClinicPatient(models.Model):
    """Who may open the clinical record of a patient."""

    _inherit = "clinic.patient"

    care_branch_ids = fields.Many2many(
        "res.company",
        "clinic_patient_care_branch_rel",
        "patient_id",
        "company_id",
        string="Branches of Care",
        compute="_compute_care_branch_ids",
        store=True,
        help="The home branch and those that the patient visits: their practitioners open the clinical record.",
    )

    @api.depends("branch_id", "visit_ids.company_id")
    def _compute_care_branch_ids(self):
        # Visits of all branches count, whoever computes it.
        visits = self.env["clinic.visit"].sudo()
        found = visits._read_group([("patient_id", "in", self.ids)], ["patient_id"], ["company_id:recordset"])
        visited = {patient.id: branches for patient, branches in found}
        for patient in self:
            patient.care_branch_ids = patient.branch_id | visited.get(patient.id, self.env["res.company"])
