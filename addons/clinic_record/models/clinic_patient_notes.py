from odoo import fields, models

from .clinic_procedure_record import CLINICAL


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    note_ids = fields.One2many("clinic.note", "patient_id", string="Clinical Notes", groups=CLINICAL)

    def action_view_notes(self):
        """Open the notes about this patient."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notes"),
            "res_model": "clinic.note",
            "view_mode": "list,form",
            "domain": [("patient_id", "in", self._united().ids)],
            "context": {"default_patient_id": self.id, "search_default_in_force": 1},
        }
