from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.constrains("phone")
    def _check_patient_phone(self):
        """A patient's phone number is one that can be dialled, wherever it is written."""
        # Who keeps contacts need not know who is a patient.
        patients = self.env["clinic.patient"].sudo().with_context(active_test=False)
        patients.search([("partner_id", "in", self.ids)])._check_phone()
