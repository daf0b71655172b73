from odoo import api, fields, models
from odoo.exceptions import UserError

from .clinic_course import USED


class ClinicCourse(models.Model):
    """What of a course is paid and due, and what its sessions are worth; taxes included, in the branch's currency."""

    _inherit = "clinic.course"

    document_line_ids = fields.One2many(
        "account.move.line", "clinic_course_id", readonly=True, groups="account.group_account_invoice"
    )
    given_ids = fields.One2many("clinic.course", "source_id", readonly=True, string="Transferred To")
    amount_total = fields.Monetary(compute="_compute_amounts", compute_sudo=True, string="Price with Tax")
    amount_paid = fields.Monetary(compute="_compute_amounts", compute_sudo=True, string="Paid")
    amount_due = fields.Monetary(compute="_compute_amounts", compute_sudo=True, string="Due")
    amount_overdue = fields.Monetary(compute="_compute_amounts", compute_sudo=True, string="Instalments Overdue")
    amount_used = fields.Monetary(compute="_compute_values", compute_sudo=True, string="Used")
    amount_left = fields.Monetary(compute="_compute_values", compute_sudo=True, string="Left")
    amount_deferred = fields.Monetary(
        compute="_compute_values",
        compute_sudo=True,
        string="Deferred",
        help="What waits as deferred revenue until it is performed.",
    )
    amount_recognised = fields.Monetary(compute="_compute_values", compute_sudo=True, string="Recognised")

    @api.depends("session_ids.state", "session_ids.total", "session_ids.value")
    def _compute_values(self):
        for course in self:
            used = course.session_ids.filtered(lambda session: session.state in USED)
            left = course.session_ids.filtered(lambda session: session.state == "open")
            course.amount_used = sum(used.mapped("total"))
            course.amount_left = sum(left.mapped("total"))
            course.amount_deferred = sum(left.mapped("value"))
            earned = course.session_ids.filtered(lambda session: session.state in (*USED, "expired"))
            course.amount_recognised = sum(earned.mapped("value"))

    @api.depends(
        "invoice_line_id.move_id.amount_residual",
        "invoice_line_id.move_id.matched_payment_ids.state",
        "invoice_line_id.price_total",
        "refund_ids.state",
    )
    def _compute_amounts(self):
        for course in self:
            amounts = course._amounts()
            for name, value in amounts.items():
                course[f"amount_{name}"] = value

    def _payer(self):
        """Return the course whose invoice pays for this one: its own, or that from which it was transferred."""
        self.ensure_one()
        course = self.sudo()
        while course.source_id:
            course = course.source_id
        return course

    def _invoice(self):
        """Return the invoice by which this course was sold, as everybody who may see the course sees it."""
        # That a course has an invoice, and what is due of it, is no secret of who sees the course.
        return self._payer().invoice_line_id.move_id.with_env(self.env)

    def _amounts(self):
        """Return {"total", "paid", "due", "overdue"} of this course's line on its invoice."""
        self.ensure_one()
        line = self._payer().invoice_line_id
        move = line.move_id
        if not line or move.state != "posted" or self.source_id:
            total = self._quoted_total() if not self.source_id else 0.0
            return {"total": total, "paid": 0.0, "due": total, "overdue": 0.0}
        notes = move._clinic_own_notes()
        amounts = self._amounts_of(line, notes, move._clinic_amount_due())
        overdue = self._amounts_of(line, notes, self._overdue(move))["due"]
        return {**amounts, "overdue": min(overdue, amounts["due"])}

    def _amounts_of(self, line, notes, due):
        """Return {"total", "paid", "due"} of the course's ``line`` where ``due`` is open of the whole invoice.

        An invoice with other lines is paid in proportion: the line's share of what ``notes``, the invoice's own credit
        notes, have left. What was credited of another line has paid nothing of this one.
        """
        currency = self.currency_id
        credits = self._credit_lines().filtered(lambda credit: credit.move_id in notes)
        total = currency.round(line.price_total - sum(credits.mapped("price_total")))
        whole = line.move_id.amount_total - sum(notes.mapped("amount_total"))
        due = min(currency.round(due * total / whole), total) if currency.compare_amounts(whole, 0) > 0 else 0.0
        return {"total": total, "paid": currency.round(total - due), "due": due}

    def _credit_lines(self):
        """Return the lines of posted credit notes that take back a part of this course."""
        # As of ``_invoice``.
        return self.sudo().document_line_ids.filtered(
            lambda line: line.parent_state == "posted" and line.move_type == "out_refund"
        )

    def _overdue(self, move):
        """Return what is due of ``move`` since before today."""
        today = self.company_id._clinic_today()
        late = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and line.date_maturity and line.date_maturity < today
        )
        return sum(late.mapped("amount_residual"))

    def _quoted_total(self):
        """Return what this course will cost, taxes included, before it is invoiced."""
        line = self._prepare_invoice_line()
        return self.company_id._clinic_total([line], self.buyer_id)["total_included"]

    # -- paid up ------------------------------------------------------------------------------------------------------

    def _is_paid_up(self, session):
        """Return whether what was paid covers ``session`` beside those that were used before."""
        self.ensure_one()
        payer = self._payer()
        if payer.beyond_paid:
            return True
        family = payer._family()
        used = family.session_ids.filtered(lambda other: other.state in USED)
        needed = sum((used | session).mapped("total"))
        amounts = payer._amounts()
        return payer.currency_id.compare_amounts(amounts["paid"], needed) >= 0

    def _family(self):
        """Return this course and those to which sessions of it were transferred."""
        family = newest = self.sudo()
        while newest:
            newest = newest.given_ids - family
            family |= newest
        return family

    def _check_paid_up(self, session):
        """Raise ``UserError`` when ``session`` is not covered by what was paid."""
        self.ensure_one()
        if self._is_paid_up(session):
            return
        raise UserError(
            self.env._(
                "%(session)s is not paid for yet. Take the instalment first, or charge this treatment separately.",
                session=session.display_name,
            )
        )
