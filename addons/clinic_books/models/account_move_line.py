from odoo import api, models

from ..branches import KEY, by_own_state, with_branches


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _search(self, domain, *args, **kwargs):
        """In OCA's reports, a company and its branches are one: see ``branches``."""
        domain = by_own_state(self.env, with_branches(self.env, domain, "company_id", "child_of"))
        return super()._search(domain, *args, **kwargs)

    def _read_group_orderby(self, order, groupby_terms, query):
        """Put groups in the order of their ids: OCA's reports sort them, and by names each entry is joined to them."""
        return super()._read_group_orderby("" if self.env.context.get(KEY) else order, groupby_terms, query)
