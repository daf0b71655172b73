from odoo import api, models

from ..branches import with_branches


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model
    def _search(self, domain, *args, **kwargs):
        """In OCA's reports, a company and its branches are one: see ``branches``.

        What was paid in one branch may be matched with an invoice of another, and concerns either; its own company is
        that of the invoice.
        """
        sides = ("debit_move_id.company_id", "credit_move_id.company_id")
        return super()._search(with_branches(self.env, domain, "company_id", "child_of", sides), *args, **kwargs)
