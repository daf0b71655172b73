from odoo import models


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    # The history of one patient among millions of procedures, the newest first.
    _patient_history_idx = models.Index("(patient_id, start DESC, id DESC)")

    def action_open_record(self):
        """Open the clinical record of the patient who is treated."""
        self.ensure_one()
        return self.patient_id.action_open_record()
