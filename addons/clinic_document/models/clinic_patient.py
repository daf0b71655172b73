from odoo import models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    def action_open_documents(self):
        """Open all documents of this patient that the user may see."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("clinic_document.clinic_document_action")
        return {**action, "params": {"patient_id": self._kept().id}}
