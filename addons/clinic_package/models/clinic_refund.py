import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..reckoning import Course, reckon
from .clinic_course import USED

_logger = logging.getLogger(__name__)


class ClinicRefund(models.Model):
    """The refund of a course: the credit note takes back what is credited, the ledger ends the sessions that are left,
    and what of their value is kept becomes income."""

    _inherit = "clinic.refund"

    course_id = fields.Many2one("clinic.course", readonly=True, ondelete="restrict", index="btree_not_null")
    rule_id = fields.Many2one("clinic.refund.rule", readonly=True, ondelete="restrict")
    session_ids = fields.Many2many(
        "clinic.session", "clinic_refund_session_rel", "refund_id", "session_id", readonly=True, string="Sessions"
    )

    _one_request = models.UniqueIndex(
        "(course_id) WHERE state = 'asked'", "A refund of this course has been asked for already."
    )

    def _check_still_true(self):
        """What was shown and asked for is what is refunded: a payment or a session since then changes it."""
        super()._check_still_true()
        course = self.course_id.sudo()
        if not course:
            return
        self.session_ids.sudo()._lock()
        if self.session_ids.sudo().filtered(lambda session: session.state != "open"):
            raise UserError(
                self.env._("Sessions of %s have been used or ended since this was asked for. Ask again.", course.name)
            )
        result = course._reckon(self.rule_id, self.session_ids.sudo())
        now = (result.credit, result.back, result.owed)
        asked = (self.amount_credit, self.amount, self.amount_owed)
        if any(self.currency_id.compare_amounts(a, b) for a, b in zip(now, asked, strict=True)):
            raise UserError(
                self.env._("Something was paid or used since this was asked for, so its figures changed. Ask again.")
            )

    def _prepare_note_lines(self):
        """One line that credits the patient; it takes back deferred revenue, as the sale did."""
        course = self.course_id
        if not course:
            return super()._prepare_note_lines()
        sold = course._payer().invoice_line_id
        net = self.company_id._clinic_unit_price(self.amount_credit, sold.tax_ids, self.invoice_id.partner_id)
        return [
            {
                "product_id": sold.product_id.id,
                "name": sold.name,
                "quantity": 1.0,
                "price_unit": net,
                "account_id": sold.account_id.id,
                "tax_ids": [fields.Command.set(sold.tax_ids.ids)],
                "clinic_course_id": course.id,
            }
        ]

    def _execute(self):
        super()._execute()
        if self.course_id:
            self._end_sessions()

    def _end_sessions(self):
        """End the refunded sessions in the ledger, and post what of their value was not credited as income."""
        kind = "swapped" if self.outcome == "swap" else "refunded"
        kept = self._post_kept()
        document = kept or self.move_ids[:1]
        self.session_ids._clinic_writing()._record(kind, move_id=document.id, refund_id=self.id, reason=self.rule_name)

    def _post_kept(self):
        """Post the difference between the value of the sessions and what the credit note took back; return the entry.

        The sessions leave the liability with their whole value, whatever is refunded.
        """
        deferred = self.company_id._clinic_deferred_account()
        lines = self.move_ids.invoice_line_ids.filtered(lambda line: line.clinic_course_id == self.course_id)
        credited = sum(lines.mapped("balance"))
        kept = self.currency_id.round(sum(self.session_ids.mapped("value")) - credited)
        if self.currency_id.is_zero(kept):
            return self.env["account.move"]
        return self._post_entry({"account_id": deferred.id, "balance": kept})

    def _post_entry(self, item):
        """Post an entry of ``item``, the values of a journal item, against income that is kept; return it."""
        other = {
            "account_id": self.company_id._clinic_retained_account().id,
            "balance": -item["balance"],
            "tax_ids": [],
        }
        moves = self.env["account.move"]._clinic_writing().with_company(self.company_id)
        entry = moves.create(
            {
                "move_type": "entry",
                "company_id": self.company_id.id,
                "journal_id": self.company_id._clinic_package_journal().id,
                "date": self.company_id._clinic_today(),
                "ref": self.name,
                "clinic_refund_id": self.id,
                "line_ids": [fields.Command.create({"name": self.name, **vals}) for vals in (item, other)],
            }
        )
        entry.action_post()
        return entry

    # -- credit that runs out -----------------------------------------------------------------------------------------

    @api.model
    def _cron_expire_credits(self):
        """Let the credit of refunds expire whose last day is over: what nobody used of it becomes income."""
        due = self.search([("state", "=", "done"), ("credit_valid_to", "!=", False)])
        for refund in due.filtered(lambda refund: refund.credit_valid_to < refund.company_id._clinic_today()):
            try:
                with self.env.cr.savepoint():
                    refund.sudo()._expire_credit()
            except UserError as error:
                # A closed period of one branch stops no other.
                _logger.warning("The credit of refund %s could not expire: %s", refund.name, error)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _expire_credit(self):
        """Write off what is left of this refund's credit."""
        notes = self.move_ids.filtered(lambda move: move.move_type == "out_refund")
        open_lines = notes.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        left = -sum(open_lines.mapped("amount_residual"))
        if self.currency_id.compare_amounts(left, 0) <= 0:
            self._clinic_writing().credit_valid_to = False
            return
        account, partner = open_lines.account_id[:1], notes.partner_id[:1]
        entry = self._post_entry({"account_id": account.id, "partner_id": partner.id, "balance": left})
        (open_lines | entry.line_ids.filtered(lambda line: line.account_type == "asset_receivable")).reconcile()


class ClinicCourse(models.Model):
    _inherit = "clinic.course"

    def _sessions_counted(self, rule):
        """Return the used sessions that count by ``rule``."""
        self.ensure_one()
        counted = USED if rule.missed_counts else ("redeemed",)
        return self.session_ids.filtered(lambda session: session.state in counted)

    def _reckon(self, rule, sessions):
        """Return the ``Result`` of refunding ``sessions`` of this course by ``rule``.

        The price is that of the sessions that were used or are refunded; nothing else of the course is looked at.
        """
        self.ensure_one()
        used = self._sessions_counted(rule)
        # A missed session that does not count is refunded like one that was not used: once, with the last ones.
        missed = self.env["clinic.session"]
        if sessions >= self.session_ids.filtered(lambda session: session.state == "open"):
            missed = self.session_ids.filtered(lambda session: session.state == "missed") - used
        unused = sum((sessions | missed).mapped("total"))
        price = self.currency_id.round(sum(used.mapped("total")) + unused)
        amounts = self._amounts()
        # Sessions that are kept, expired or transferred, and what an earlier refund has kept, are paid for first.
        elsewhere = amounts["total"] - price
        if self.currency_id.compare_amounts(elsewhere, 0) < 0:
            raise UserError(self.env._("More of %s would be taken back than is left of its price.", self.name))
        course = Course(
            price=price,
            paid=max(self.currency_id.round(amounts["paid"] - elsewhere), 0.0),
            used=sum(used.mapped("total")),
            used_list=sum(used.mapped("list_total")),
            unused=unused,
        )
        return reckon(course, rule._terms(), self.currency_id.rounding)
