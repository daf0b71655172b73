"""The dialogs of OCA's reports: they begin with the period and the branches that are looked at most."""

from odoo import api, fields, models
from odoo.tools import date_utils

from ..branches import KEY


class FinancialReportWizard(models.AbstractModel):
    _inherit = "account_financial_report_abstract_wizard"

    company_id = fields.Many2one(
        default=lambda self: self._clinic_default_company(),
        help="A company with branches means all of its branches that you have chosen.",
    )

    @api.model
    def _clinic_default_company(self):
        """Return the company of all chosen branches where there are several, else the branch."""
        root = self.env.company.sudo().root_id
        return root if len(self.env.companies) > 1 and root in self.env.companies else self.env.company

    @api.model
    def default_get(self, fields):
        """Propose the period of ``_clinic_default_period``, where the dialog has one and the action names none."""
        values = super().default_get(fields)
        for name, day in zip(("date_from", "date_to"), self._clinic_default_period(), strict=False):
            if name in fields and not values.get(name):
                values[name] = day
        return values

    @api.model
    def _clinic_default_period(self):
        """Return the first and last day to propose; nothing where the dialog does not ask for a period."""
        return ()

    @api.model
    def _clinic_year_to_date(self):
        company, today = self.env.company.sudo(), self.env.company._clinic_today()
        year = date_utils.get_fiscal_year(
            today, day=company.fiscalyear_last_day, month=int(company.fiscalyear_last_month)
        )
        return year[0], today

    def _clinic_keep_choice(self, onchange):
        """Run ``onchange`` of the company, and keep the accounts and journals that the new one uses as well.

        A branch uses those of its company, which OCA's dialogs take out; without any, a report is of all accounts.
        """
        used = self.company_id.sudo().parent_ids
        # In a dialog they have no ids of their own yet.
        accounts = self.account_ids._origin.filtered(lambda account: account.sudo().company_ids & used)
        journals = "journal_ids" in self._fields and self.journal_ids._origin.filtered(
            lambda one: one.sudo().company_id in used
        )
        result = onchange()
        if accounts and not (self.receivable_accounts_only or self.payable_accounts_only):
            self.account_ids = accounts
        if journals:
            self.journal_ids = journals
        return result


class TrialBalanceWizard(models.TransientModel):
    _inherit = "trial.balance.report.wizard"

    @api.model
    def _clinic_default_period(self):
        return self._clinic_year_to_date()

    @api.onchange("receivable_accounts_only", "payable_accounts_only")
    def onchange_type_accounts_only(self):
        """A branch uses the accounts of its company."""
        return super(TrialBalanceWizard, self.with_context(**{KEY: True})).onchange_type_accounts_only()

    @api.onchange("date_range_id")
    def onchange_date_range_id(self):
        """Without a range the dates stay as they are, also those that are proposed."""
        return super().onchange_date_range_id() if self.date_range_id else None

    def _only_one_unaffected_earnings_account(self):
        """A branch uses the account of its company."""
        return super(TrialBalanceWizard, self.with_context(**{KEY: True}))._only_one_unaffected_earnings_account()

    @api.onchange("account_code_from", "account_code_to")
    def on_change_account_range(self):
        """As for the types of accounts."""
        return super(TrialBalanceWizard, self.with_context(**{KEY: True})).on_change_account_range()

    @api.onchange("company_id")
    def onchange_company_id(self):
        """What was chosen stays where the branch uses it, too."""
        return self._clinic_keep_choice(super().onchange_company_id)


class GeneralLedgerWizard(models.TransientModel):
    _inherit = "general.ledger.report.wizard"

    @api.model
    def _clinic_default_period(self):
        return self._clinic_year_to_date()

    @api.onchange("receivable_accounts_only", "payable_accounts_only")
    def onchange_type_accounts_only(self):
        """As above."""
        return super(GeneralLedgerWizard, self.with_context(**{KEY: True})).onchange_type_accounts_only()

    @api.onchange("date_range_id")
    def onchange_date_range_id(self):
        """Without a range the dates stay as they are, also those that are proposed."""
        return super().onchange_date_range_id() if self.date_range_id else None

    def _only_one_unaffected_earnings_account(self):
        """A branch uses the account of its company."""
        return super(GeneralLedgerWizard, self.with_context(**{KEY: True}))._only_one_unaffected_earnings_account()

    @api.onchange("account_code_from", "account_code_to")
    def on_change_account_range(self):
        """As for the types of accounts."""
        return super(GeneralLedgerWizard, self.with_context(**{KEY: True})).on_change_account_range()

    @api.onchange("company_id")
    def onchange_company_id(self):
        """What was chosen stays where the branch uses it, too."""
        return self._clinic_keep_choice(super().onchange_company_id)


class OpenItemsWizard(models.TransientModel):
    _inherit = "open.items.report.wizard"

    @api.onchange("receivable_accounts_only", "payable_accounts_only")
    def onchange_type_accounts_only(self):
        """As above."""
        return super(OpenItemsWizard, self.with_context(**{KEY: True})).onchange_type_accounts_only()

    @api.onchange("account_code_from", "account_code_to")
    def on_change_account_range(self):
        """As for the types of accounts."""
        return super(OpenItemsWizard, self.with_context(**{KEY: True})).on_change_account_range()

    @api.onchange("company_id")
    def onchange_company_id(self):
        """What was chosen stays where the branch uses it, too."""
        return self._clinic_keep_choice(super().onchange_company_id)


class AgedPartnerBalanceWizard(models.TransientModel):
    _inherit = "aged.partner.balance.report.wizard"

    @api.onchange("receivable_accounts_only", "payable_accounts_only")
    def onchange_type_accounts_only(self):
        """As above."""
        return super(AgedPartnerBalanceWizard, self.with_context(**{KEY: True})).onchange_type_accounts_only()

    @api.onchange("account_code_from", "account_code_to")
    def on_change_account_range(self):
        """As for the types of accounts."""
        return super(AgedPartnerBalanceWizard, self.with_context(**{KEY: True})).on_change_account_range()

    @api.onchange("company_id")
    def onchange_company_id(self):
        """What was chosen stays where the branch uses it, too."""
        return self._clinic_keep_choice(super().onchange_company_id)


class VatReportWizard(models.TransientModel):
    _inherit = "vat.report.wizard"

    # Taxes without tags are in it, too.
    based_on = fields.Selection(default="taxgroups")
    tax_detail = fields.Boolean(default=True)

    @api.model
    def _clinic_default_period(self):
        """The quarter up to today."""
        today = self.env.company._clinic_today()
        return date_utils.get_quarter(today)[0], today

    @api.onchange("date_range_id")
    def onchange_date_range_id(self):
        """As above."""
        return super().onchange_date_range_id() if self.date_range_id else None
