from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _get_outstanding_account(self, payment_type):
        # The chart of accounts is the root company's, and reception of a branch need not be let into that company to
        # take a payment whose creation Odoo has checked by then.
        account = super(AccountPayment, self.sudo())._get_outstanding_account(payment_type)
        return account.with_env(self.env)
