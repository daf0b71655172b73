from odoo import api, models

from ..branches import with_branches


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.model
    def _search(self, domain, *args, **kwargs):
        """In OCA's reports, a company and its branches are one: see ``branches``."""
        return super()._search(with_branches(self.env, domain, "company_ids", "parent_of"), *args, **kwargs)
