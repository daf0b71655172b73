from odoo import models


class ClinicVisitBook(models.TransientModel):
    """The patient's risks, told to the person who books: all of it to those who treat, a hint to the others."""

    _inherit = "clinic.visit.book"

    def _warnings(self):
        return [*super()._warnings(), *self._warn_risks(), *self._warn_late()]

    def _warn_risks(self):
        if not (self.patient_id._origin and self.start):
            return []
        day = self._local_start().date()
        asked = [(0, self.patient_id._origin.id, treatment.id, day, None) for treatment in self.treatment_ids._origin]
        reasons = self.env["clinic.risk"]._reasons(self.env["clinic.risk.check"]._find(asked))
        card = self.env["clinic.patient.card"]
        if self.env["clinic.procedure"]._has_clinical_eyes() and card._may_open(self.patient_id._origin):
            return list(dict.fromkeys(reason["text"] for reason in reasons))
        # One hint is enough: how many risks there are is nobody else's business.
        return [reason["neutral"] for reason in reasons[:1]]

    def _warn_late(self):
        """Name the treatments whose last session lies longer ago than their latest interval."""
        if not (self.patient_id._origin and self.start):
            return []
        procedures = self.env["clinic.procedure"]
        warned = []
        for treatment in self.treatment_ids._origin.filtered("interval_latest"):
            last = procedures._last_session(self.patient_id._origin, treatment, self.start)
            days = (self._local_start().date() - last._local_day()).days if last else 0
            if days > treatment.interval_latest:
                warned.append(procedures._too_late_text(treatment, days))
        return warned
