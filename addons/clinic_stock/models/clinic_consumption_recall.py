from odoo import fields, models
from odoo.exceptions import UserError


class ClinicConsumption(models.Model):
    """By whom and for what an item was used, and the way from it to the recall of its lot."""

    _inherit = "clinic.consumption"

    practitioner_id = fields.Many2one(related="procedure_id.practitioner_id")
    treatment_id = fields.Many2one(related="procedure_id.treatment_id")

    def action_recall_lot(self):
        """Open the recall of these items' lot, or begin one."""
        if len(self.lot_id) != 1:
            raise UserError(self.env._("Choose items of one lot."))
        return self.lot_id.action_clinic_recall()
