from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _clinic_paid_by(self):
        """Return how this invoice was paid, a row for each payment and credit: names, amounts, cash and change."""
        self.ensure_one()
        # By what it was paid is no secret of who may read the invoice.
        invoice = self.sudo()
        payments = invoice.matched_payment_ids.filtered(lambda pay: pay.state in ("in_process", "paid")).sorted("id")
        rows = [row for payment in payments if (row := invoice._clinic_paid_row(payment))]
        taken = invoice._clinic_credits_taken()
        if not invoice.currency_id.is_zero(taken):
            rows.insert(0, {"id": 0, "name": self.env._("Credit"), "amount": taken, "received": 0.0, "change": 0.0})
        return rows

    def _clinic_paid_row(self, payment):
        """Return the row of what ``payment`` pays of this invoice, in its currency; nothing when it pays none of it.

        Odoo remembers a payment as the invoice's own also when the two are not matched any more.
        """
        if payment.move_id:
            partials = self._clinic_partials().filtered(lambda part: part.credit_move_id.move_id == payment.move_id)
            amount = sum(partials.mapped("debit_amount_currency"))
        else:
            # Its entry comes with the bank's statement.
            day = payment.date
            amount = payment.currency_id._convert(payment.amount, self.currency_id, self.company_id, day)
        if self.currency_id.is_zero(amount):
            return None
        # What was handed over is known of a payment at the desk, which is for one invoice.
        received = payment.clinic_received if not self.currency_id.compare_amounts(amount, payment.amount) else 0.0
        change = max(received - amount, 0.0)
        return {
            "id": payment.id,
            "name": payment.journal_id.name,
            "amount": amount,
            "received": received,
            "change": change,
        }

    def _clinic_partials(self):
        """Return what was matched with this invoice's receivable."""
        return self.line_ids.filtered(lambda line: line.account_type == "asset_receivable").matched_credit_ids

    def _clinic_credits_taken(self):
        """Return what of this invoice was paid by credits: payments in advance and credit notes."""
        self.ensure_one()
        own = self.matched_payment_ids.move_id
        partials = self._clinic_partials().filtered(lambda part: part.credit_move_id.move_id not in own)
        return sum(partials.mapped("debit_amount_currency"))
