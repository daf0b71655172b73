from odoo import models


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    def action_open_record(self):
        """Open the clinical record of the patient who is treated."""
        self.ensure_one()
        return self.patient_id.action_open_record()
