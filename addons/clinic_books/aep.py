"""MIS Builder's figures of companies whose branches use the accounts of the company above them."""

from odoo.fields import Domain

from odoo.addons.mis_builder.models.aep import AccountingExpressionProcessor


class BranchProcessor(AccountingExpressionProcessor):
    """As MIS Builder's own, but for the accounts: a branch has none, it uses its company's.

    With MIS Builder's own processor a report of one branch is empty.
    """

    def done_parsing(self):
        """Find the accounts of each domain: those of the companies, and of the companies above them."""
        for key, acc_domains in self._map_account_ids.items():
            found = set()
            for acc_domain in acc_domains:
                ids = self._account_ids_of(acc_domain)
                self._account_ids_by_acc_domain[acc_domain].update(ids)
                found.update(ids)
            self._map_account_ids[key] = list(found)

    def _account_ids_of(self, acc_domain):
        ids = set()
        # An account's code is asked for in one company at a time, and is the same in all companies below one root.
        for companies in self.companies.grouped("root_id").values():
            domain = Domain(list(acc_domain)) & Domain("company_ids", "parent_of", companies.ids)
            ids.update(self._account_model.with_company(companies[0]).search(domain).ids)
        return ids
