from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

LISTED = 5
SOON = 7
INVOICES = "account.action_move_out_invoice_type"
BILLS = "account.action_move_in_invoice"


class ClinicBooksHome(models.AbstractModel):
    """An accountant's home: what is to be done today in the chosen branches' books, and the reports.

    Made of the same parts as the manager's; other addons add to it as they do there.
    """

    _name = "clinic.books.home"
    _inherit = "clinic.home"
    _description = "Books"

    @api.model
    @api.readonly
    def load(self):
        """Return the alerts and tiles of the chosen branches, ready for JSON.

        :raises AccessError: for those who don't keep the books
        """
        if not self.env.user.has_group("clinic.group_accountant"):
            raise AccessError(self.env._("The books are for accountants and managers."))
        return self._load()

    @api.model
    def _prepare_counts(self):
        return {}

    @api.model
    def _prepare_tiles(self):
        return [self._prepare_reports(), self._prepare_bills_due(), self._prepare_debts(), self._prepare_profit()]

    @api.model
    def _prepare_alerts(self):
        """Return what is to be done (see ``_alert``)."""
        posted = Domain("state", "=", "posted")
        bills = Domain("move_type", "in", ("in_invoice", "in_receipt"))
        return [
            self._alert(
                "bills_overdue",
                self.env._("Bills due"),
                "account.move",
                bills & posted & self._open_domain() & self._due_domain("<=", 0),
                BILLS,
                self.env._("Pay"),
                urgent=True,
            ),
            self._alert(
                "overdue",
                self.env._("Invoices overdue"),
                "account.move",
                self._debt_domain() & self._due_domain("<", 0),
                "clinic_account.due_invoices_action",
                self.env._("Call"),
            ),
            self._alert(
                "unmatched",
                self.env._("Payments that are matched with no invoice"),
                "account.move.line",
                self._unmatched_domain(),
                "clinic_account.receivable_action",
                self.env._("Reconcile"),
            ),
            self._alert(
                "statement_lines",
                self.env._("Lines of bank statements to reconcile"),
                "account.bank.statement.line",
                Domain("is_reconciled", "=", False) & Domain("move_id.state", "=", "posted"),
                "clinic_books.statement_lines_action",
                self.env._("Reconcile"),
            ),
            self._alert(
                "drafts",
                self.env._("Drafts of past days"),
                "account.move",
                Domain("state", "=", "draft") & self._before_domain("date", 0),
                "account.action_move_journal_line",
                self.env._("Post"),
            ),
            self._alert(
                "credit_notes",
                self.env._("Credit notes to pay back"),
                "account.move",
                Domain("move_type", "=", "out_refund") & posted & Domain("amount_residual", ">", 0),
                "clinic_account.credit_notes_action",
                self.env._("Pay Back"),
            ),
        ]

    # -- domains ------------------------------------------------------------------------------------------------------

    @api.model
    def _open_domain(self):
        return Domain("amount_residual", ">", 0)

    @api.model
    def _before_domain(self, name, offset, operator="<"):
        """Return which records have the date ``name`` before the day ``offset`` days from their branch's today."""
        return Domain.OR(
            Domain("company_id", "=", branch.id) & Domain(name, operator, day)
            for branch, day in self._days(offset).items()
        )

    @api.model
    def _due_domain(self, operator, offset):
        return self._before_domain("invoice_date_due", offset, operator)

    @api.model
    def _unmatched_domain(self):
        """Return the entries of what patients have paid and no invoice was paid with."""
        received = Domain("account_type", "=", "asset_receivable") & Domain("payment_id", "!=", False)
        return received & Domain("parent_state", "=", "posted") & Domain("amount_residual", "<", 0)

    # -- reports ------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_reports(self):
        """The reports that an accountant opens most."""
        reports = [
            ("profit_branch", self.env._("Profit and loss by branch"), "clinic_books.profit_by_branch_action"),
            ("profit_month", self.env._("Profit and loss by month"), "clinic_books.profit_by_month_action"),
            ("vat", self.env._("VAT report"), "account_financial_report.action_vat_report_wizard"),
            (
                "trial_balance",
                self.env._("Trial balance"),
                "account_financial_report.action_trial_balance_wizard",
            ),
            (
                "general_ledger",
                self.env._("General ledger"),
                "account_financial_report.action_general_ledger_wizard",
            ),
            ("receivable", self.env._("Aged receivables"), "clinic_books.aged_receivables_action"),
            ("payable", self.env._("Aged payables"), "clinic_books.aged_payables_action"),
            ("cash_flow", self.env._("Cash flow"), "clinic_books.cash_flow_action"),
        ]
        rows = [self._row(key, name, "", self._opens(action)) for key, name, action in reports]
        return self._tile(
            "reports", self.env._("Reports"), rows, "", self._opens("clinic_books.profit_by_branch_action")
        )

    # -- bills --------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_bills_due(self):
        """What is to be paid within a week, the first due first."""
        bills = Domain("move_type", "in", ("in_invoice", "in_receipt")) & Domain("state", "=", "posted")
        domain = bills & self._open_domain() & self._due_domain("<=", SOON)
        moves = self.env["account.move"]
        totals = {}
        for branch, amount in moves._read_group(domain, ["company_id"], ["amount_residual_signed:sum"]):
            totals[branch.currency_id] = totals.get(branch.currency_id, 0.0) - amount
        return self._tile(
            "bills_due",
            self.env._("To pay within a week"),
            [self._bill_row(bill) for bill in moves.search(domain, order="invoice_date_due, id", limit=LISTED)],
            self.env._("No bill is due within a week."),
            self._opens(BILLS, domain, self.env._("Bills due")),
            figure=self._money(totals),
        )

    @api.model
    def _bill_row(self, bill):
        what = bill.partner_id.display_name or bill.clinic_expense_category_id.name or bill.name
        return self._row(
            bill.id,
            what,
            format_amount(self.env, bill.amount_residual, bill.currency_id),
            self._opens_record(bill),
            detail=f"{format_date(self.env, bill.invoice_date_due)} · {bill.company_id.name}",
        )

    # -- profit -------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_profit(self):
        """The net profit of this month so far, branch by branch."""
        months = {branch: day.replace(day=1) for branch, day in self._days().items()}
        of_month = Domain.OR(
            Domain("company_id", "=", branch.id)
            & Domain("date", ">=", first)
            & Domain("date", "<=", self._days()[branch])
            for branch, first in months.items()
        )
        kinds = Domain("account_id.internal_group", "in", ("income", "expense"))
        groups = self.env["account.move.line"]._read_group(
            of_month & kinds & Domain("parent_state", "=", "posted"), ["company_id"], ["balance:sum"]
        )
        opens = self._opens("clinic_books.profit_by_branch_action")
        totals = {}
        for branch, balance in groups:
            totals[branch.currency_id] = totals.get(branch.currency_id, 0.0) - balance
        return self._tile(
            "profit",
            self.env._("Net profit this month"),
            [
                self._row(branch.id, branch.name, format_amount(self.env, -balance, branch.currency_id), opens)
                for branch, balance in groups
            ],
            self.env._("Nothing was booked this month."),
            opens,
            figure=self._money(totals),
        )
