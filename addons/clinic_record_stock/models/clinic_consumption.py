from odoo import models


class ClinicConsumption(models.Model):
    """An item is not used on a patient who is allergic to what it contains, unless somebody has said why."""

    _inherit = "clinic.consumption"

    def _check_item(self):
        super()._check_item()
        self.procedure_id._check_gate(self.procedure_id._item_reasons(self.product_id))
