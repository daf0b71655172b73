"""OCA's reports of the books: for accountants, and right for branches."""

from odoo import models
from odoo.exceptions import AccessError

from ..branches import KEY


class FinancialReport(models.AbstractModel):
    _inherit = "report.account_financial_report.abstract_report"

    def _clinic_books(self):
        """Return this report, which then knows of branches.

        :raises AccessError: for those who don't keep the books: who sells reads entries, too, but no report over all
        """
        if not (self.env.su or self.env.user.has_group("clinic.group_accountant")):
            raise AccessError(self.env._("The books are for accountants and managers."))
        return self.with_context(**{KEY: True})


class TrialBalance(models.AbstractModel):
    _inherit = "report.account_financial_report.trial_balance"

    def _get_report_values(self, docids, data):
        return super(TrialBalance, self._clinic_books())._get_report_values(docids, data)


class GeneralLedger(models.AbstractModel):
    _inherit = "report.account_financial_report.general_ledger"

    def _get_report_values(self, docids, data):
        return super(GeneralLedger, self._clinic_books())._get_report_values(docids, data)


class JournalLedger(models.AbstractModel):
    _inherit = "report.account_financial_report.journal_ledger"

    def _get_report_values(self, docids, data):
        return super(JournalLedger, self._clinic_books())._get_report_values(docids, data)


class OpenItems(models.AbstractModel):
    _inherit = "report.account_financial_report.open_items"

    def _get_report_values(self, docids, data):
        return super(OpenItems, self._clinic_books())._get_report_values(docids, data)


class AgedPartnerBalance(models.AbstractModel):
    _inherit = "report.account_financial_report.aged_partner_balance"

    def _get_report_values(self, docids, data):
        return super(AgedPartnerBalance, self._clinic_books())._get_report_values(docids, data)


class VatReport(models.AbstractModel):
    _inherit = "report.account_financial_report.vat_report"

    def _get_report_values(self, docids, data):
        return super(VatReport, self._clinic_books())._get_report_values(docids, data)
