from odoo import models


class ClinicPatientMerge(models.Model):
    _inherit = "clinic.patient.merge"

    def _unite(self, values, login):
        """How the patient of an open recall is told depends on the contact data that are left."""
        lines = self.env["clinic.lot.recall.line"].search([("patient_id", "=", self.merged_id.id)])
        super()._unite(values, login)
        self.env.add_to_compute(lines._fields["channel"], lines)
