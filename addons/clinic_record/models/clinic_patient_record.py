from odoo import models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    def action_open_record(self):
        """Open the patient card for those who treat; others have the patient's form."""
        self.ensure_one()
        if not self.env.user.has_group("clinic.group_cosmetologist"):
            return super().action_open_record()
        action = self.env["ir.actions.actions"]._for_xml_id("clinic_record.clinic_patient_card_action")
        return {**action, "params": {"patient_id": self._kept().id}}
