from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

# So many invoices are listed, the oldest first; the rest is behind the heading.
LISTED = 5
WEEK = 7
DEBT_FIELDS = ["name", "invoice_partner_display_name", "invoice_date", "amount_residual", "currency_id"]


class ClinicHome(models.AbstractModel):
    """The money on a manager's home: what was taken today and yesterday, and what patients owe."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_tiles(self):
        sums = self._takings([0, -1, -1 - WEEK])
        money = [self._prepare_takings_today(sums), self._prepare_takings(sums), self._prepare_debts()]
        return [*money, *super()._prepare_tiles()]

    @api.model
    def _prepare_alerts(self):
        return [
            *super()._prepare_alerts(),
            self._alert(
                "discounts",
                self.env._("Discounts to decide"),
                "clinic.discount",
                Domain("state", "=", "asked"),
                "clinic_account.clinic_discount_action",
                self.env._("Decide"),
                urgent=True,
            ),
            self._alert(
                "refunds",
                self.env._("Refunds to approve"),
                "clinic.refund",
                Domain("state", "=", "asked"),
                "clinic_account.clinic_refund_action",
                self.env._("Approve"),
                urgent=True,
            ),
            self._alert(
                "to_check_out",
                self.env._("Visits done and not checked out"),
                "clinic.visit",
                Domain("state", "=", "done") & Domain("is_checked_out", "=", False),
                "clinic_visit.clinic_visit_action",
                self.env._("Check Out"),
            ),
            self._alert(
                "unpaid",
                self.env._("Visits checked out and not paid"),
                "clinic.visit",
                Domain("amount_due", ">", 0),
                "clinic_visit.clinic_visit_action",
                self.env._("Take Payment"),
            ),
        ]

    # -- takings ------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_takings_today(self, sums):
        """What patients have paid today by each way of paying, less what was paid back."""
        return self._tile(
            "takings_today",
            self.env._("Takings today"),
            self._takings_rows(sums, 0),
            self.env._("No payment was taken today."),
            self._opens_takings(0),
            figure=self._money(self._by_currency(sums, 0)),
            detail=self._day_text(),
        )

    @api.model
    def _prepare_takings(self, sums):
        """What patients paid yesterday by each way of paying, less what was paid back, and a week before."""
        earlier = self._day_text(-1 - WEEK)
        rows = self._takings_rows(sums, -1, -1 - WEEK)
        totals = [self._by_currency(sums, offset) for offset in (-1, -1 - WEEK)]
        return self._tile(
            "takings",
            self.env._("Takings yesterday"),
            rows,
            self.env._("No payment was taken yesterday."),
            self._opens_takings(-1),
            figure=self._money(totals[0]),
            detail=self.env._(
                "%(yesterday)s · %(amount)s on %(earlier)s",
                yesterday=self._day_text(-1),
                amount=self._money(totals[1]),
                earlier=earlier,
            ),
        )

    @api.model
    def _takings_rows(self, sums, offset, earlier=None):
        """Return a row for each branch and way of paying used on the day ``offset``, or on that of ``earlier``."""
        return [
            self._row(
                f"{journal.id}-{branch.id}",
                name,
                self._money({branch.currency_id: amounts.get(offset, 0.0)}),
                self._opens_takings(
                    offset, Domain("journal_id", "=", journal.id) & Domain("company_id", "=", branch.id)
                ),
                detail=branch.name if len(self.env.companies) > 1 else "",
                before=""
                if earlier is None
                else f"{self._day_text(earlier)}: {self._money({branch.currency_id: amounts.get(earlier, 0.0)})}",
            )
            for (branch, journal, name), amounts in sums.items()
            if offset in amounts or earlier in amounts
        ]

    @api.model
    def _takings_domain(self, offset):
        """Return the payments of patients on their branch's day ``offset`` days from today, those back included."""
        posted = Domain("state", "in", ("in_process", "paid")) & Domain("partner_type", "=", "customer")
        return posted & self._date_domain("date", offset)

    @api.model
    def _opens_takings(self, offset, domain=Domain.TRUE):
        name = self.env._("Takings of %s", self._day_text(offset))
        return self._opens("account.action_account_payments", self._takings_domain(offset) & domain, name)

    @api.model
    def _takings(self, offsets):
        """Return {(branch, journal, its name): {offset of the day: amount}} in the branches' currencies."""
        groups = self.env["account.payment"]._read_group(
            Domain.OR(self._takings_domain(offset) for offset in offsets),
            ["company_id", "journal_id", "journal_id.name", "date:day"],
            ["amount_company_currency_signed:sum"],
            order="company_id, journal_id",
        )
        days = {offset: self._days(offset) for offset in offsets}
        sums = {}
        for branch, journal, name, day, amount in groups:
            [offset] = [offset for offset, of_branch in days.items() if of_branch[branch] == fields.Date.to_date(day)]
            sums.setdefault((branch, journal, name), {})[offset] = amount
        return sums

    @api.model
    def _by_currency(self, sums, offset):
        """Return {currency: total of the day ``offset`` days from today}."""
        totals = {}
        for (branch, *_journal), amounts in sums.items():
            totals[branch.currency_id] = totals.get(branch.currency_id, 0.0) + amounts.get(offset, 0.0)
        return totals

    @api.model
    def _money(self, amounts):
        """Return ``amounts``, by their currencies, as one text: those of different currencies are never added."""
        amounts = amounts or {self.env.company.currency_id: 0.0}
        return " + ".join(format_amount(self.env, amount, currency) for currency, amount in amounts.items())

    # -- debts --------------------------------------------------------------------------------------------------------

    @api.model
    def _debt_domain(self):
        """Return which invoices are open: posted, and not paid or credited in full."""
        posted = Domain("move_type", "=", "out_invoice") & Domain("state", "=", "posted")
        return posted & Domain("amount_residual_signed", ">", 0)

    @api.model
    def _prepare_debts(self):
        """What is open on invoices, the oldest first."""
        invoices = self.env["account.move"]
        domain = self._debt_domain()
        groups = invoices._read_group(
            domain, ["company_id"], ["amount_residual_signed:sum", "invoice_date:min", "__count"]
        )
        totals = {}
        for branch, amount, _oldest, _count in groups:
            totals[branch.currency_id] = totals.get(branch.currency_id, 0.0) + amount
        oldest = invoices.search_fetch(domain, DEBT_FIELDS, order="invoice_date, id", limit=LISTED)
        return self._tile(
            "debts",
            self.env._("Debts"),
            [self._debt_row(invoice) for invoice in oldest],
            self.env._("Every invoice is paid."),
            self._opens("account.action_move_out_invoice_type", domain, self.env._("Open Invoices")),
            figure=self._money(totals),
            detail=self.env._(
                "%(count)s open invoices, the oldest of %(day)s",
                count=sum(count for *_rest, count in groups),
                day=format_date(self.env, min(oldest_day for _branch, _amount, oldest_day, _count in groups)),
            )
            if groups
            else "",
        )

    @api.model
    def _debt_row(self, invoice):
        return self._row(
            invoice.id,
            invoice.invoice_partner_display_name,
            format_amount(self.env, invoice.amount_residual, invoice.currency_id),
            self._opens_record(invoice),
            detail=f"{format_date(self.env, invoice.invoice_date)} · {invoice.name}",
        )
