from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Items that are sold over the counter, and not used in a procedure, leave the stock by their invoice."""

    _inherit = "account.move"

    clinic_to_hand_over = fields.Boolean(compute="_compute_clinic_to_hand_over")

    @api.depends("state", "invoice_line_ids")
    def _compute_clinic_to_hand_over(self):
        for invoice in self:
            invoice.clinic_to_hand_over = bool(invoice._lines_to_hand_over())

    def _lines_to_hand_over(self):
        """Return the lines of posted invoices that charge items nobody has taken out of the stock yet."""
        posted = self.filtered(lambda invoice: invoice.state == "posted" and invoice.move_type == "out_invoice")
        lines = posted.invoice_line_ids.filtered(
            lambda line: line.product_id.clinic_item and not line.clinic_consumption_id and line.quantity > 0
        )
        # Whether goods have left is no secret to who may read the invoice; reception has no rights in the stock app.
        moved = self.env["stock.move"].sudo().search([("clinic_invoice_line_id", "in", lines.ids)])
        return lines - moved.clinic_invoice_line_id

    def action_hand_over(self):
        """Take the items of these invoices out of the stock, the first lots to expire first.

        :raises UserError: when there is nothing to hand over, or not enough of it
        """
        self.check_access("write")
        lines = self._lines_to_hand_over()
        if not lines:
            raise UserError(self.env._("All items of this invoice have left the stock."))
        for line in lines:
            line._hand_over()
        return True
