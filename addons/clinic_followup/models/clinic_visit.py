from odoo import models


class ClinicVisit(models.Model):
    """A visit that is cancelled or missed makes the patient due again; a hold that is confirmed answers as a booking."""

    _inherit = "clinic.visit"

    def _after_transition(self, new):
        super()._after_transition(new)
        if new in ("booked", "cancelled", "no_show"):
            self.env["clinic.recall"]._refresh(self.patient_id)
