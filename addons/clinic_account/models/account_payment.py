from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    _clinic_day_idx = models.Index("(date, company_id)")

    def _get_outstanding_account(self, payment_type):
        # The chart of accounts is the root company's, and reception of a branch need not be let into that company to
        # take a payment whose creation Odoo has checked by then.
        account = super(AccountPayment, self.sudo())._get_outstanding_account(payment_type)
        return account.with_env(self.env)

    def _compute_payment_receipt_title(self):
        """Odoo speaks neither Urdu nor some others of our patients' languages."""
        super()._compute_payment_receipt_title()
        for payment in self:
            if payment.payment_receipt_title == "Payment Receipt":
                payment.payment_receipt_title = self.env._("Payment Receipt")
