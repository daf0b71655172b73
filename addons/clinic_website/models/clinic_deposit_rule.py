from odoo import models


class ClinicDepositRule(models.Model):
    _inherit = "clinic.deposit.rule"

    def _suits_patient(self, patient):
        """Anyone who books online is new as long as nobody knows who it is: nothing is said of those who are known."""
        if not patient and self.env.context.get("clinic_deposit_of_stranger"):
            return not self.min_no_shows
        return super()._suits_patient(patient)
