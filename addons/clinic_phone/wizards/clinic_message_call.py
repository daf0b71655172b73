from odoo import models


class ClinicMessageCall(models.TransientModel):
    """A call that is logged by hand is counted with all others; the visit it was about was not booked in it."""

    _inherit = "clinic.message.call"

    def _log(self):
        message = super()._log()
        if self.channel == "call":
            patient = self.patient_id
            self.env["clinic.call"]._write_down(self.direction, self.result, patient.phone, patient, message=message)
        return message
