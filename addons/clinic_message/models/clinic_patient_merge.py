from odoo import models


class ClinicPatientMerge(models.Model):
    _inherit = "clinic.patient.merge"

    def _watched(self):
        """What was said about a visit belongs to that visit's patient, so it keeps nobody from undoing a merge."""
        watched = super()._watched()
        watched["clinic.message"] = [*watched["clinic.message"], ("visit_id", "=", False)]
        return watched

    def _undo(self):
        super()._undo()
        said = [("patient_id", "=", self.kept_id.id), ("visit_id.patient_id", "=", self.merged_id.id)]
        self.env["clinic.message"].search(said)._change({"patient_id": self.merged_id.id})
