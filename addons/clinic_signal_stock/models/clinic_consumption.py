from odoo import api, models


class ClinicConsumption(models.Model):
    """What is logged, or taken back, after the patient has reported a problem counts for the lot as well."""

    _inherit = "clinic.consumption"

    @api.model_create_multi
    def create(self, vals_list):
        """Look at the lots again, where the procedure was reported about already."""
        consumptions = super().create(vals_list)
        self.env["clinic.lot.alert"]._look_again(consumptions)
        return consumptions

    def action_undo(self, opened=False):
        """Take back the items, and with them the reports that were about their lots."""
        result = super().action_undo(opened=opened)
        self.env["clinic.lot.alert"]._look_again(self)
        return result
