from odoo import models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    def action_clinic_statement(self):
        """Open the dialog for a statement of what these patients owe."""
        self.check_access("read")
        return self.partner_id.action_clinic_statement()
