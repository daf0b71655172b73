from odoo import api, models


class ClinicDueList(models.AbstractModel):
    """The calls from the due list are calls as all others."""

    _inherit = "clinic.due.list"

    @api.model
    def _log(self, patient, result, visit=None, direction="out"):
        message = super()._log(patient, result, visit, direction)
        # An incoming one knows more of itself, and is written down there.
        if direction == "out":
            outcome = "booked" if visit else result
            self.env["clinic.call"]._write_down("out", outcome, patient.phone, patient, visit, message)
        return message
