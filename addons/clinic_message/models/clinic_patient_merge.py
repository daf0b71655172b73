from odoo import models
from odoo.fields import Domain


class ClinicPatientMerge(models.Model):
    _inherit = "clinic.patient.merge"

    def _watched(self):
        """What was said about a visit, or offered, belongs to its patient, so it keeps nobody from undoing a merge."""
        watched = super()._watched()
        watched["clinic.message"] = [*watched["clinic.message"], ("visit_id", "=", False), ("waitlist_id", "=", False)]
        return watched

    def _undo(self):
        super()._undo()
        said = Domain("visit_id.patient_id", "=", self.merged_id.id)
        said |= Domain("waitlist_id.patient_id", "=", self.merged_id.id)
        said &= Domain("patient_id", "=", self.kept_id.id)
        self.env["clinic.message"].search(said)._change({"patient_id": self.merged_id.id})
