from odoo import models

from ..occasion import Occasion
from ..roles import SELLER


class AccountMove(models.Model):
    """What of an invoice commissions are earned with, and how much of it is left and paid."""

    _inherit = "account.move"

    def _commission_occasions(self, left=False):
        """Return the occasions of these invoices: each procedure, and each product that somebody sold.

        :param left: say how much of each is left, where it is for a report
        """
        occasions = []
        for move in self.filtered(lambda move: move.move_type == "out_invoice"):
            lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            for procedure, own in lines.grouped("clinic_procedure_id").items():
                occasions += move._procedure_occasion(procedure, own) if procedure else move._sale_occasions(own)
        if not left:
            return occasions
        return [occasion.move._with_rest(occasion) for occasion in occasions]

    def _procedure_occasion(self, procedure, lines):
        """Return [the occasion] of the ``lines`` that charge ``procedure``."""
        treatment = lines.filtered(lambda line: line._clinic_is_treatment())
        return [
            Occasion(
                key=f"move:{self.id}:{procedure.id}",
                people=procedure._commission_people(),
                treatment=procedure.treatment_id,
                procedure=procedure,
                charged=treatment._commission_amounts(),
                items=(lines - treatment)._commission_amounts(),
                # What was used beside it is no session of its own.
                **{**self._prepare_occasion(), "further": self.clinic_supplement or not treatment},
            )
        ]

    def _sale_occasions(self, lines):
        """Return the occasions of the ``lines`` by which the salesperson of this invoice sold something."""
        sellers = self.env["clinic.practitioner"]
        if self.invoice_user_id and lines.product_id:
            sellers = sellers.search([("user_id", "=", self.invoice_user_id.id)], limit=1)
        if not sellers:
            return []
        return [
            Occasion(
                key=f"sale:{self.id}:{product.id}",
                people={SELLER: [(sellers, 100)]},
                product=product,
                charged=own._commission_amounts(),
                **self._prepare_occasion(),
            )
            for product, own in lines.grouped(lambda line: line.product_id.product_tmpl_id).items()
            if product
        ]

    def _prepare_occasion(self):
        """Return what all occasions of this document have in common."""
        return {
            "day": self.invoice_date or self.date,
            "branch": self.company_id,
            "move": self,
            "further": self.clinic_supplement,
        }

    def _with_rest(self, occasion):
        """Return ``occasion`` with how much of it credit notes have left."""
        charged, credited = (
            self._commission_amounts_of(moves, occasion.procedure, occasion.product, items=True)
            for moves in (self, self._clinic_own_notes())
        )
        name = charged.measure()
        whole = getattr(charged, name)
        rest = whole + getattr(credited, name)
        return Occasion(**{**vars(occasion), "left": max(rest / whole, 0) if whole else 1.0})

    # -- what is left -------------------------------------------------------------------------------------------------

    def _commission_reached(self, origin):
        """Return (part, whole) of what ``origin`` comes to in full: what is left of it, and paid or not written off."""
        left, charged = self._commission_left(origin)
        paid, lost, whole = self._commission_money()
        if not charged:
            return 1, 1
        if not whole:
            return left, charged
        done = paid if (origin.terms or {}).get("waits") else whole - lost
        return left * done, charged * whole

    def _commission_left(self, origin):
        """Return (what is left, what was charged) of what ``origin`` was earned with, both in the same measure."""
        items = bool((origin.terms or {}).get("items"))
        charged, credited = (
            self._commission_amounts_of(moves, origin.procedure_id, origin.product_id, items)
            for moves in (self, self._clinic_own_notes())
        )
        name = charged.measure()
        whole = getattr(charged, name)
        rest = whole + getattr(credited, name)
        # More may be credited than was charged; nobody earns less than nothing by it.
        return (max(rest, 0.0) if whole > 0 else rest), whole

    def _commission_amounts_of(self, moves, procedure, product, items):
        """Return what the lines of ``moves`` charge for ``procedure`` or ``product``; below zero on credit notes."""
        lines = moves.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        if procedure:
            lines = lines.filtered(lambda line: line.clinic_procedure_id == procedure)
            lines = lines if items else lines.filtered(lambda line: line._clinic_is_treatment())
        else:
            lines = lines.filtered(
                lambda line: not line.clinic_procedure_id and line.product_id.product_tmpl_id == product
            )
        return lines._commission_amounts()

    def _commission_money(self):
        """Return (money received, what was written off, what is to be paid in all) of this invoice.

        In the branch's currency, and no more than what credit notes have left of it.
        """
        whole = abs(self.amount_total_signed) - sum(abs(note.amount_total_signed) for note in self._clinic_own_notes())
        paid = lost = 0.0
        lines = self.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        for partial in lines.matched_credit_ids:
            other = partial.credit_move_id.move_id
            if other.move_type == "out_refund" and other.reversed_entry_id == self:
                # Counted by its lines.
                continue
            share = other._commission_share_lost()
            lost += partial.amount * share
            paid += partial.amount * (1 - share)
        # Where the bank statement makes the entry, a payment has none yet.
        waiting = self.matched_payment_ids.filtered(lambda p: not p.move_id and p.state in ("in_process", "paid"))
        paid += sum(waiting.mapped("amount_company_currency_signed"))
        if whole <= 0:
            return 0.0, 0.0, 0.0
        return min(paid, whole), min(lost, whole), whole

    def _commission_share_lost(self):
        """Return how much of this document, which settles an invoice, is a loss and no money: 0 to 1."""
        if self.move_type == "out_refund":
            # What was paid for another invoice pays this one; what credits no invoice is a later discount.
            return 0.0 if self.reversed_entry_id else 1.0
        gross = sum(self.line_ids.mapped("debit"))
        if not gross:
            return 0.0
        if self.origin_payment_id or self.statement_line_id:
            losses = self.line_ids.filtered(lambda line: line.account_id.internal_group in ("expense", "income"))
            lost = sum(losses.mapped("balance"))
        else:
            # A loss takes its tax with it, and may be set against an allowance.
            lost = gross - sum(self._commission_money_lines().mapped("debit"))
        return max(0.0, min(1.0, lost / gross))

    def _commission_money_lines(self):
        """Return the lines of this entry, which is no payment, that stand for money.

        It came in, somebody else is to pay it, or the clinic owes so much less.
        """
        journals = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "in", ("bank", "cash", "credit")),
            ]
        )
        outstanding = journals.inbound_payment_method_line_ids.payment_account_id
        kinds = ("asset_cash", "asset_receivable", "liability_payable")
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type in kinds or line.account_id in outstanding
        )
