from collections import Counter

from odoo import models

from odoo.addons.clinic_payment.const import AHEAD


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    def _deposit_treatments(self, treatments, patient):
        """Leave out those for which the patient has a session that no other visit will use."""
        treatments = super()._deposit_treatments(treatments, patient)
        if not patient or not treatments:
            return treatments
        # What is paid already does not depend on who books.
        of_these = [("patient_id", "=", patient.id), ("treatment_id", "in", treatments.ids)]
        sessions = (
            self.env["clinic.session"]
            .sudo()
            ._read_group(
                [
                    ("course_id.patient_id", "=", patient.id),
                    ("treatment_id", "in", treatments.ids),
                    ("state", "=", "open"),
                ],
                ["treatment_id"],
                ["__count"],
            )
        )
        planned = (
            self.env["clinic.procedure"]
            .sudo()
            ._read_group(
                [
                    *of_these,
                    ("state", "in", ("planned", "in_progress")),
                    ("visit_id.state", "in", AHEAD),
                    ("visit_id", "not in", self.ids),
                ],
                ["treatment_id"],
                ["__count"],
            )
        )
        left = Counter({treatment.id: count for treatment, count in sessions})
        left.subtract({treatment.id: count for treatment, count in planned})
        charged = []
        for treatment in treatments:
            left[treatment.id] -= 1
            if left[treatment.id] < 0:
                charged.append(treatment.id)
        return treatments.browse(charged)
