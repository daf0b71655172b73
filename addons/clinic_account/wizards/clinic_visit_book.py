from odoo import api, fields, models


class ClinicVisitBook(models.TransientModel):
    """What the patient will pay is told before the visit is booked; a debt, too, to those who may read invoices."""

    _inherit = "clinic.visit.book"

    price = fields.Monetary(string="To Pay", help="What the invoice will amount to, taxes included.")

    @api.depends("patient_id", "start", "treatment_ids", "company_id")
    def _compute_price(self):
        for wizard in self:
            treatments = wizard._ordered_treatments()
            wizard.price = treatments._clinic_quote(wizard.company_id, wizard.patient_id._origin, wizard.start)

    def _warn_patient(self):
        warnings = super()._warn_patient()
        patient = self.patient_id._origin
        if patient and self.env["account.move"].has_access("read") and patient.amount_due > 0:
            owed = patient.currency_id.format(patient.amount_due)
            return [self.env._("Owes %s", owed), *warnings]
        return warnings
