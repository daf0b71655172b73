from odoo import models


class ClinicVisitBook(models.TransientModel):
    """The booking dialog says that the patient will have an intake to fill in."""

    _inherit = "clinic.visit.book"

    def _warnings(self):
        return [*super()._warnings(), *self._warn_intakes()]

    def _warn_intakes(self):
        patient = self.patient_id._origin
        if not (patient and self.start):
            return []
        day = self._local_start().date()
        asked = [(0, patient.id, treatment.id, day) for treatment in self.treatment_ids._origin]
        if not self.env["clinic.intake.need"]._of_patient(asked):
            return []
        return [self.env._("The patient has an intake to fill in before this visit.")]
