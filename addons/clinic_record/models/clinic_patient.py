from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ClinicPatient(models.Model):
    """Who may open the clinical record of a patient."""

    _inherit = "clinic.patient"

    care_branch_ids = fields.Many2many(
        "res.company",
        string="Branches of Care",
        compute="_compute_care_branch_ids",
        search="_search_care_branch_ids",
        help="The home branch and those that the patient visits: their practitioners open the clinical record.",
    )

    @api.depends("branch_id", "visit_ids.company_id")
    def _compute_care_branch_ids(self):
        # Visits of all branches count, whoever asks.
        visits = self.env["clinic.visit"].sudo()
        kept = self._kept()
        found = visits._read_group([("patient_id", "in", kept.ids)], ["patient_id"], ["company_id:recordset"])
        visited = {patient.id: branches for patient, branches in found}
        for patient in self:
            meant = patient._kept()
            patient.care_branch_ids = meant.branch_id | visited.get(meant.id, self.env["res.company"])

    def _search_care_branch_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        branches = list(value)
        self.env["clinic.visit"].flush_model(["patient_id", "company_id"])

        def visits_one(model, alias, _query):
            # Correlated, so that only the visits of the patients in question are read, not a clinic's ten years.
            return SQL(
                "EXISTS (SELECT 1 FROM clinic_visit cared"
                " WHERE cared.patient_id = COALESCE(%s, %s) AND cared.company_id = ANY(%s))",
                SQL.identifier(alias, "merged_into_id"),
                SQL.identifier(alias, "id"),
                branches,
            )

        return Domain("branch_id", "in", branches) | Domain.custom(
            to_sql=visits_one, predicate=lambda patient: bool(set(patient.care_branch_ids.ids) & set(branches))
        )
