from odoo import fields, models


class ExpiryPickingConfirmation(models.TransientModel):
    """Odoo asks before it moves what has expired, and has no name for a lot that is only about to be received."""

    _inherit = "expiry.picking.confirmation"

    def _compute_descriptive_fields(self):
        super()._compute_descriptive_fields()
        for confirmation in self.filtered(lambda one: not one.lot_ids):
            lines = confirmation.picking_ids.move_line_ids.filtered(self._clinic_is_over)
            names = [f"{line.product_id.display_name}, {line.lot_name or self.env._('no lot')}" for line in lines]
            confirmation.description = self.env._(
                "These have expired, or should be out of stock by now: %s. Check the dates on the packages before "
                "you go on.",
                "; ".join(dict.fromkeys(names)),
            )

    def _clinic_is_over(self, line):
        return line.removal_date and line.removal_date <= fields.Datetime.now()
