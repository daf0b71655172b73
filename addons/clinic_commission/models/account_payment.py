from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # Anyone may take a payment without seeing the commissions that follow from it. Where the bank statement
            # makes the entry, the payment itself says that it was paid.
            waiting = self.sudo().filtered(lambda payment: not payment.move_id)
            invoices = waiting.invoice_ids.filtered(lambda move: move.state == "posted")
            invoices._settle_commissions("paid")
        return result
