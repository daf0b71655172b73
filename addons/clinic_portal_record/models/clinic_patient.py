from odoo import models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    def action_view_summaries(self):
        """Open the summaries that were written for this patient, or a first one to write."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Summaries for %s", self.name),
            "res_model": "clinic.summary",
            "view_mode": "list,form",
            "domain": [("patient_id", "=", self.id)],
            "context": {"default_patient_id": self.id},
        }
        if not self.env["clinic.summary"].search_count(action["domain"], limit=1):
            action["view_mode"] = "form"
        return action
