from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import MADE, REFUND


class ClinicRefund(models.Model):
    """Money that a patient has paid and that was not used is given back; what came online goes back that way.

    What a provider is to give back is a part of its own, sent once after the approval stands in the database: a
    provider's answer cannot be rolled back.
    """

    _inherit = "clinic.refund"

    advance_id = fields.Many2one(
        "account.payment",
        string="Payment",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="account.group_account_invoice",
        help="Of which what was not used is given back.",
    )
    account_number = fields.Char(
        "Wallet or Account", readonly=True, help="Where the accountant transfers it, where no provider gives it back."
    )
    amount_money = fields.Monetary(
        "Money to Go Back", readonly=True, help="What of it is money; the rest stays the patient's credit."
    )
    part_ids = fields.One2many("clinic.refund.part", "refund_id", string="By Providers", readonly=True)
    money_state = fields.Selection(
        [
            ("under_way", "On its way at the provider"),
            ("failed", "The provider did not give it back"),
            ("transfer", "To be transferred"),
            ("returned", "Paid back"),
        ],
        compute="_compute_money_state",
        compute_sudo=True,
        store=True,
        string="Money",
        help="Where the money of an approved refund is.",
    )

    _one_source = models.Constraint(
        "CHECK (num_nonnulls(invoice_id, advance_id) = 1)", "A refund is of an invoice or of a payment."
    )
    _one_request_of_payment = models.UniqueIndex(
        "(advance_id) WHERE state = 'asked'", "A refund of this payment has been asked for already."
    )
    _not_returned_idx = models.Index(
        "(advance_id) WHERE state = 'asked' OR money_state IN ('under_way', 'failed', 'transfer')"
    )

    @api.depends(
        "state",
        "amount_money",
        "part_ids.state",
        "part_ids.transaction_id.payment_id",
        "payment_ids.state",
        "payment_ids.amount",
    )
    def _compute_money_state(self):
        for refund in self:
            refund.money_state = refund._money_state()

    def _money_state(self):
        """Return where the money of this refund is: the one rule for that; False where none is given back."""
        self.ensure_one()
        if self.state != "done" or self.outcome not in ("money", "wallet"):
            return False
        if self.currency_id.compare_amounts(self._amount_back(), self.amount_money) >= 0:
            return "returned"
        # What a provider has given back is still on its way into the books.
        if self.part_ids.filtered(lambda part: part._is_under_way()):
            return "under_way"
        return "failed" if "failed" in self.part_ids.mapped("state") else "transfer"

    def _amount_back(self):
        """Return how much money has gone back."""
        return sum(self.payment_ids.filtered(lambda payment: payment.state in MADE).mapped("amount"))

    def _is_still_to_return(self):
        """Return whether this was asked for or approved, and the money is still here."""
        self.ensure_one()
        return self.state == "asked" or self.money_state in ("under_way", "failed", "transfer")

    def _whose_turn(self):
        """Return what is to be done next for this refund, in words; nothing where there is none."""
        if not self:
            return None
        amount = self.currency_id.format(self.amount)
        if self.state == "asked":
            return self.env._("%(refund)s: a manager approves %(amount)s.", refund=self.name, amount=amount)
        texts = {
            "under_way": self.env._("%(refund)s: %(amount)s is on its way at the provider."),
            "failed": self.env._("%(refund)s: the provider did not give %(amount)s back; the accountant transfers it."),
            "transfer": self.env._("%(refund)s: the accountant transfers %(amount)s."),
        }
        return texts[self.money_state] % {"refund": self.name, "amount": amount}

    # -- approving ----------------------------------------------------------------------------------------------------

    def _check_still_true(self):
        """Nor was the money used since it was asked for."""
        super()._check_still_true()
        payment = self.advance_id.sudo()
        if not payment:
            return
        payment._clinic_lock_for_refund()
        left = payment._clinic_refundable(self)
        if self.currency_id.compare_amounts(self.amount, left) > 0:
            raise UserError(
                self.env._(
                    "Of this payment %s can be given back now. Refuse this, and have it asked for with that amount.",
                    self.currency_id.format(left),
                )
            )

    def _execute(self):
        if not self.advance_id:
            super()._execute()
        elif self.outcome == "wallet":
            self._ask_for_transfer(self.advance_id, self.amount)
        else:
            self._return_payment(self.env["account.move"], self.advance_id, self.amount)
        # Also what went out at once.
        self.amount_money += self._amount_back()
        self._tell_returned()

    def _ask_for_transfer(self, document, amount):
        super()._ask_for_transfer(document, amount)
        self.amount_money += amount

    def _return_payment(self, note, payment, amount):
        """What came through a provider goes back through it; where it cannot, the accountant transfers it."""
        if not payment.payment_transaction_id:
            return super()._return_payment(note, payment, amount)
        payment._clinic_lock_for_refund()
        if payment._clinic_provider_returns(amount):
            self.env["clinic.refund.part"].create(
                {"refund_id": self.id, "payment_id": payment.id, "amount": amount, "move_id": note.id}
            )
            self.amount_money += amount
            self.env.ref("clinic_payment.cron_send_refunds")._trigger()
            return None
        return self._ask_for_transfer(note or payment, amount)

    def _returned_before(self):
        """Also count what providers or the accountant were asked to give back and have not yet."""
        returned = super()._returned_before()
        online = self._payments_to_return().filtered("payment_transaction_id").journal_id[:1]
        for refund in self.search([("invoice_id", "=", self.invoice_id.id), ("state", "=", "done")]) - self:
            left = refund.amount_money - refund._amount_back()
            for part in refund.part_ids.filtered(lambda part: part._is_under_way()):
                journal = part.payment_id.journal_id
                returned[journal] = returned.get(journal, 0.0) + part.amount
                left -= part.amount
            if online and self.currency_id.compare_amounts(left, 0) > 0:
                returned[online] = returned.get(online, 0.0) + left
        return returned

    def _money_back(self):
        """Also what is still on its way."""
        return max(super()._money_back(), self.amount_money)

    def _prepare_payment_back(self, note, journal, amount):
        values = super()._prepare_payment_back(note, journal, amount)
        if not note and self.advance_id:
            advance = self.advance_id
            values |= {"partner_id": advance.partner_id.id, "clinic_visit_id": advance.clinic_visit_id.id}
        return values

    def _settle(self, note, payment):
        """Or set the money back against the payment that it is of."""
        if not self.advance_id:
            return super()._settle(note, payment)
        lines = (self.advance_id | payment).move_id.line_ids
        return lines.filtered(lambda line: line.account_type == "asset_receivable" and not line.reconciled).reconcile()

    def _tell_returned(self):
        """Write to the patient, in neutral words, that money is on its way back; once for each refund."""
        for refund in self.filtered(lambda one: one.money_state == "returned"):
            if visit := refund.advance_id.clinic_visit_id:
                visit._write_of_money(REFUND, f"refund:{refund.id}")

    # -- by the accountant --------------------------------------------------------------------------------------------

    def _transfer(self, journal):
        """Enter that what was approved as a transfer went out of ``journal``. Called after the right was checked."""
        self.ensure_one()
        self._wait_for_other_decision()
        self.invalidate_recordset()
        # That of an invoice is paid back at its credit note, as any is.
        if self.money_state not in ("transfer", "failed") or not self.advance_id:
            raise UserError(self.env._("Refund %s is not to be transferred.", self.name))
        refund = self._clinic_writing()
        # What a provider did not give back is given back by this.
        refund.part_ids.filtered(lambda part: part.state == "failed").write({"is_replaced": True})
        left = self.currency_id.round(self.amount_money - self._amount_back())
        payment = refund._pay_back_part(self.env["account.move"], journal, left)
        refund._tell_returned()
        tasks = self.advance_id.activity_ids.filtered(lambda task: self.name in (task.summary or ""))
        tasks.action_feedback(feedback=payment.name)
