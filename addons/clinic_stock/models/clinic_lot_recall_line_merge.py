from odoo import models


class ClinicLotRecallLine(models.Model):
    _name = "clinic.lot.recall.line"
    _inherit = ["clinic.lot.recall.line", "clinic.of.patient.mixin"]

    def _movable_with_patient(self, kept):
        """A patient stands on a recall's list once."""
        listed = self.search([("patient_id", "=", kept.id), ("recall_id", "in", self.recall_id.ids)]).recall_id
        return super()._movable_with_patient(kept).filtered(lambda line: line.recall_id not in listed)
