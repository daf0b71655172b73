from odoo import models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    def action_open_record(self):
        """Open the patient's clinical record."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("clinic_record.clinic_patient_card_action")
        return {**action, "params": {"patient_id": self.id}}
