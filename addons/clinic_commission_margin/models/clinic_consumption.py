from odoo import api, models


class ClinicConsumption(models.Model):
    _inherit = "clinic.consumption"

    @api.model_create_multi
    def create(self, vals_list):
        consumptions = super().create(vals_list)
        consumptions.procedure_id._after_cost_change()
        return consumptions

    def action_undo(self, opened=False):
        result = super().action_undo(opened=opened)
        self.procedure_id._after_cost_change()
        return result
