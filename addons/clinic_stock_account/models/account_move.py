from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Items that are sold over the counter, and not used in a procedure, leave the stock by their invoice."""

    _inherit = "account.move"

    clinic_to_hand_over = fields.Boolean(compute="_compute_clinic_to_hand_over")

    @api.depends("state", "invoice_line_ids", "reversal_move_ids.state")
    def _compute_clinic_to_hand_over(self):
        for invoice in self:
            invoice.clinic_to_hand_over = bool(invoice._lines_to_hand_over())

    def _lines_to_hand_over(self):
        """Return {line: quantity in the item's unit} of items on posted invoices that are still to leave the stock.

        These are the goods sold over the counter that nobody has taken out yet, and no credit note took back.
        """
        posted = self.filtered(lambda invoice: invoice.state == "posted" and invoice.move_type == "out_invoice")
        lines = posted.invoice_line_ids.filtered(lambda line: line._is_over_the_counter())
        left = lines._left_to_hand_over()
        return {line: quantity for line, quantity in left.items() if line.product_id.uom_id.compare(quantity, 0) > 0}

    def action_hand_over(self):
        """Take the items of these invoices out of the stock, the first lots to expire first.

        :raises UserError: when there is nothing to hand over, or not enough of it
        """
        self.check_access("write")
        lines = self._lines_to_hand_over()
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing is to be handed over: the items of this invoice have left the stock, or were credited."
                )
            )
        for line, quantity in lines.items():
            line._hand_over(quantity)
        return True
