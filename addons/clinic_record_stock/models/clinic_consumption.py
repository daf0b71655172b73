from odoo import api, models


class ClinicConsumption(models.Model):
    """An item is not used on a patient who is allergic to what it contains, unless somebody has said why.

    What is logged is no longer "not used" in the procedure's kit.
    """

    _inherit = "clinic.consumption"

    @api.model_create_multi
    def create(self, vals_list):
        consumptions = super().create(vals_list)
        consumptions._kit_items().filtered("unused_at")._expect_again()
        return consumptions

    def action_undo(self, opened=False):
        result = super().action_undo(opened=opened)
        # A closed record is not left with a question.
        self._kit_items().filtered(
            lambda item: item.procedure_id.state == "done" and item.state == "expected"
        )._write_unused()
        return result

    def _kit_items(self):
        """Return the expected items that these consumptions answer, with all rights: the right to log was checked."""
        used = {(consumption.procedure_id, consumption.product_id) for consumption in self.sudo()}
        return self.sudo().procedure_id.item_ids.filtered(lambda item: (item.procedure_id, item.product_id) in used)

    def _check_item(self):
        super()._check_item()
        self.procedure_id._check_gate(self.procedure_id._item_reasons(self.product_id))
