from odoo import models


class ClinicSignal(models.Model):
    """A report that asks for a call makes the patient due; one that is closed does not any more."""

    _inherit = "clinic.signal"

    def _after_report(self):
        super()._after_report()
        self.env["clinic.recall"]._refresh(self.filtered("wants_call").patient_id)

    def _close(self, outcome, finding=None):
        result = super()._close(outcome, finding)
        self.env["clinic.recall"]._refresh(self.sudo().filtered("wants_call").patient_id)
        return result
