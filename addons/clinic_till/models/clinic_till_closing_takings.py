from odoo import api, fields, models
from odoo.fields import Domain


class ClinicTillClosing(models.Model):
    """What was taken since the last closing, and what should be in the till."""

    _inherit = "clinic.till.closing"

    float_open = fields.Monetary(compute="_compute_takings", string="Float", compute_sudo=False)
    expected = fields.Monetary(compute="_compute_takings", string="Should Be There", compute_sudo=False)
    difference = fields.Monetary(compute="_compute_difference", compute_sudo=False)
    takings = fields.Json(compute="_compute_takings", compute_sudo=False)
    is_hidden = fields.Boolean(compute="_compute_takings", compute_sudo=False)
    takings_html = fields.Html(compute="_compute_takings_html", compute_sudo=False, string="Taken")
    # As they were when the till was closed.
    expected_closed = fields.Monetary(readonly=True, copy=False, groups="clinic.group_accountant")
    difference_closed = fields.Monetary(string="Difference", readonly=True, copy=False)
    takings_closed = fields.Json(readonly=True, copy=False, groups="clinic.group_accountant")

    @api.depends("journal_id", "company_id", "state", "float_first")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_takings(self):
        for till in self:
            till.is_hidden = till._hides()
            till.float_open = 0.0 if till.is_hidden else till._float()
            till.takings = [] if till.is_hidden else till._takings()
            till.expected = 0.0 if till.is_hidden else till._expected()

    @api.depends("expected", "counted", "state", "difference_closed")
    @api.depends_context("uid")
    def _compute_difference(self):
        for till in self:
            if till.state != "counting":
                till.difference = till.difference_closed
            else:
                till.difference = 0.0 if till.is_hidden else till.counted - till.expected

    @api.depends("takings")
    @api.depends_context("uid", "lang")
    def _compute_takings_html(self):
        for till in self:
            till.takings_html = self.env["ir.qweb"]._render("clinic_till.takings_table", {"doc": till})

    def _hides(self):
        """Return whether the user is not shown what should be there: in another branch, or by a blind count."""
        self.ensure_one()
        if self.env.su:
            return False
        # What is read is no secret of the branch. A record that is only made up, as by ``onchange``, may name another.
        branch, journal = self.company_id.sudo(), self.journal_id.sudo()
        if self.company_id not in self.env.companies or journal.company_id not in branch.parent_ids:
            return True
        blind = self.state == "counting" and branch.clinic_till_blind
        return blind and not self.env.user.has_group("clinic.group_accountant")

    def _float(self):
        """Return what was left in the till by the last closing."""
        previous = self._previous()
        return previous.float_left if previous else self.float_first

    def _expected(self):
        """Return how much cash should be in the till."""
        if self.state != "counting":
            return self.sudo().expected_closed
        return self._float() + sum(row["amount"] for row in self._takings() if row["cash"])

    def _first_day(self):
        """Return the day from which on cash is counted: of the first closing, before it of the first count."""
        today = self.company_id._clinic_today()
        own = [("journal_id", "=", self.journal_id.id), ("company_id", "=", self.company_id.id)]
        first = self.sudo().search([*own, ("state", "!=", "counting")], order="id", limit=1)
        if first:
            return first.date
        begun = self._origin.create_date
        return min(self.company_id._clinic_local(begun).date(), today) if begun else today

    def _uncounted_domain(self):
        """Return what no closing has counted yet, up to today."""
        domain = Domain("clinic_till_id", "=", False) & Domain("company_id", "=", self.company_id.id)
        return domain & Domain("date", ">=", self._first_day()) & Domain("date", "<=", self.company_id._clinic_today())

    def _payments(self):
        """Return the payments to be counted: of this cash, and those that go past every till."""
        where = Domain("journal_id", "=", self.journal_id.id) | Domain("journal_id.type", "!=", "cash")
        posted = Domain("state", "in", ("in_process", "paid"))
        # The till's own count is nobody's secret beyond what ``_hides`` says.
        return self.env["account.payment"].sudo().search(self._uncounted_domain() & posted & where)

    def _moves(self, payments):
        """Return the posted entries of this cash that none of the counted cash ``payments`` has made."""
        own = payments.filtered(lambda payment: payment.journal_id == self.journal_id)
        domain = Domain("journal_id", "=", self.journal_id.id) & Domain("state", "=", "posted")
        domain &= Domain("origin_payment_id", "not in", own.ids)
        return self.env["account.move"].sudo().search(self._uncounted_domain() & domain)

    def _takings(self):
        """Return a row for each way of paying: its name, how many, in, out, amount, and whether it is this cash."""
        self.ensure_one()
        if self.state != "counting":
            return self.sudo().takings_closed or []
        if not self.journal_id:
            return []
        rows = []
        payments = self._payments()
        groups = payments.grouped("journal_id")
        for journal in sorted(groups, key=lambda one: (one != self.journal_id, one.sequence, one.id)):
            amounts = [self._amount(payment) for payment in groups[journal]]
            rows.append(self._row(journal.name, amounts, journal == self.journal_id))
        # Also where payments waited before the journal's accounts were set: what comes from there was counted by them.
        accounts = self.journal_id.sudo()._clinic_cash_accounts()
        accounts |= groups.get(self.journal_id, payments.browse()).outstanding_account_id
        lines = self._moves(payments).line_ids.filtered(lambda line: line.account_id in accounts)
        if lines:
            rows.append(self._row(self.env._("Other cash entries"), [self._line_amount(line) for line in lines], True))
        return rows

    def _amount(self, payment):
        """Return what ``payment`` adds to the till, or takes from it, in the till's currency."""
        if self.currency_id not in (payment.currency_id, payment.company_currency_id):
            return self._in_till(payment.amount_signed, payment.currency_id, payment.date)
        return (
            payment.amount_signed if self.currency_id == payment.currency_id else payment.amount_company_currency_signed
        )

    def _line_amount(self, line):
        """Return what ``line`` of an entry adds to the till, or takes from it, in the till's currency."""
        if self.currency_id == line.company_currency_id:
            return line.balance
        return self._in_till(line.amount_currency, line.currency_id, line.date)

    def _in_till(self, amount, currency, day):
        return currency._convert(amount, self.currency_id, self.company_id.sudo(), day)

    def _row(self, name, amounts, cash):
        rounded = self.currency_id.round
        return {
            "name": name,
            "count": len(amounts),
            "in": rounded(sum(amount for amount in amounts if amount > 0)),
            "out": rounded(-sum(amount for amount in amounts if amount < 0)),
            "amount": rounded(sum(amounts)),
            "cash": cash,
        }
