from odoo import models


class ClinicNote(models.Model):
    """What is signed does not leave open how much was given."""

    _inherit = "clinic.note"

    def action_sign(self):
        self.procedure_id._check_doses_explained()
        return super().action_sign()
