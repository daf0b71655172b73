from odoo import models


class ClinicVisitBook(models.TransientModel):
    """A debt is told before the next visit is booked, to those who may read invoices."""

    _inherit = "clinic.visit.book"

    def _warn_patient(self):
        warnings = super()._warn_patient()
        patient = self.patient_id._origin
        if patient and self.env["account.move"].has_access("read") and patient.amount_due > 0:
            owed = patient.currency_id.format(patient.amount_due)
            return [self.env._("Owes %s", owed), *warnings]
        return warnings
