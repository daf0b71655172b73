from odoo import models


class ClinicVisit(models.Model):
    """A visit that is cancelled or missed makes the patient due again; a hold that is confirmed answers."""

    _inherit = "clinic.visit"

    def _after_transition(self, new):
        super()._after_transition(new)
        if new in ("booked", "cancelled", "no_show"):
            # A hold that has run out had answered nothing.
            run_out = self.env.ref("clinic_visit.cancel_reason_hold_expired", raise_if_not_found=False)
            changed = self.filtered(lambda visit: new != "cancelled" or visit.cancel_reason_id != run_out)
            self.env["clinic.recall"]._refresh(changed.patient_id)
