from odoo import models


class AccountMoveLine(models.Model):
    """What was sold at the desk leaves the stock once, also where its visit is credited and checked out again."""

    _inherit = "account.move.line"

    def _handed_over(self):
        handed = super()._handed_over()
        for line in self.filtered("clinic_checkout_line_id"):
            siblings = self.search(
                [("clinic_checkout_line_id", "=", line.clinic_checkout_line_id.id), ("id", "<", line.id)]
            )
            earlier = siblings.filtered(lambda one: one.move_id.move_type == "out_invoice")
            before = sum(super(AccountMoveLine, earlier)._handed_over().values()) - earlier._came_back()
            handed[line] = handed.get(line, 0) + max(before, 0)
        return handed

    def _came_back(self):
        """Return how much of what these lines handed over has been put back into the stock."""
        # As for what has left: no secret to who may read the invoice.
        moves = self.env["stock.move"].sudo()
        left = moves.search([("clinic_invoice_line_id", "in", self.ids), ("state", "=", "done")])
        back = moves.search([("origin_returned_move_id", "in", left.ids), ("state", "=", "done")])
        return sum(move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id) for move in back)
