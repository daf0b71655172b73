from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic_account.models.clinic_refund import CAUSES


class ClinicPaymentRefund(models.TransientModel):
    """How much of a payment is to be given back, why, and by which way; somebody else approves it."""

    _name = "clinic.payment.refund"
    _description = "Ask for a Refund"

    payment_id = fields.Many2one("account.payment", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="payment_id.currency_id")
    most = fields.Monetary(related="payment_id.clinic_refundable", string="Can Be Given Back")
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True, readonly=False, required=True)
    cause = fields.Selection(CAUSES, required=True, default="change_of_mind")
    reason = fields.Char(string="Note")
    way = fields.Char(compute="_compute_way", string="It Goes Back")
    can_return = fields.Boolean(compute="_compute_way")
    by_transfer = fields.Boolean(
        compute="_compute_by_transfer",
        store=True,
        readonly=False,
        string="Transfer It Instead",
        help="The accountant transfers it to a wallet or account.",
    )
    account_number = fields.Char("Wallet or Account", help="Where the accountant transfers it.")

    @api.depends("payment_id")
    def _compute_amount(self):
        for ask in self:
            ask.amount = ask.most

    @api.depends("payment_id", "amount")
    def _compute_way(self):
        for ask in self:
            # What a provider can do does not depend on who asks.
            payment = ask.payment_id.sudo()
            tx = payment.payment_transaction_id
            ask.can_return = not tx or payment._clinic_provider_returns(ask.amount)
            if not ask.can_return:
                ask.way = self.env._("%s cannot give it back: the accountant transfers it.", tx.provider_id.name)
            elif tx:
                ask.way = self.env._("By %s, as it was paid", tx.provider_id.name)
            else:
                ask.way = self.env._("By %s, as it was paid", payment.journal_id.name)

    @api.depends("can_return")
    def _compute_by_transfer(self):
        for ask in self:
            ask.by_transfer = not ask.can_return

    def action_ask(self):
        """Ask for this refund and open it.

        :raises AccessError: for anyone but reception
        :raises UserError: when the amount cannot be given back, or was asked for before
        """
        self.ensure_one()
        self._check_ask()
        # The right to ask was checked; nobody writes requests by hand.
        refund = self.env["clinic.refund"].sudo().create(self._prepare_refund())
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.refund",
            "res_id": refund.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    def _check_ask(self):
        if not self.env.user.has_group("clinic.group_reception"):
            raise AccessError(self.env._("Refunds are asked for by reception."))
        self.payment_id.check_access("read")
        payment = self.payment_id.sudo()
        payment._clinic_lock_for_refund()
        if payment.clinic_refund_ids.filtered(lambda refund: refund.state == "asked"):
            raise UserError(self.env._("A refund of this payment has been asked for already."))
        if payment.currency_id != payment.company_id.currency_id:
            raise UserError(self.env._("This was paid in another currency: ask the accountant to pay it back."))
        most, currency = payment.clinic_refundable, payment.currency_id
        if currency.compare_amounts(self.amount, 0) <= 0 or currency.compare_amounts(self.amount, most) > 0:
            raise UserError(
                self.env._("Of this payment %s can be given back: enter no more than that.", currency.format(most))
            )
        if self._is_transfer() and not (self.account_number or "").strip():
            raise UserError(self.env._("Enter the patient's wallet or account, to which it is transferred."))

    def _is_transfer(self):
        return self.by_transfer or not self.can_return

    def _prepare_refund(self):
        """Return the values of the request, with its figures as they are shown."""
        payment = self.payment_id.sudo()
        patient = self._patient()
        transfer = self._is_transfer()
        return {
            "patient_id": patient.id,
            "company_id": payment.company_id.id,
            "advance_id": payment.id,
            "rule_name": self.env._("Unused payment"),
            "cause": self.cause,
            "reason": self.reason,
            "outcome": "wallet" if transfer else "money",
            "account_number": self.account_number.strip() if transfer else False,
            "amount_credit": 0.0,
            "amount": self.amount,
            "line_ids": [fields.Command.create(vals) for vals in self._prepare_lines()],
            "asked_by_id": self.env.uid,
            "asked_at": fields.Datetime.now(),
        }

    def _patient(self):
        """Return the patient who has paid.

        :raises UserError: where that is none of the branch's
        """
        payment = self.payment_id.sudo()
        patient = payment.clinic_visit_id.patient_id
        if not patient:
            patients = self.env["clinic.patient"].with_context(active_test=False)
            patient = patients.search([("partner_id", "=", payment.partner_id.id)], limit=1)
        if not patient:
            raise UserError(self.env._("This was not paid by a patient: ask the accountant."))
        return patient

    def _prepare_lines(self):
        """Return the values of the lines of the request: what was paid, what of it is not used, what goes back."""
        payment = self.payment_id.sudo()
        lines = [{"sequence": 0, "name": self.env._("Paid: %s", payment.name or ""), "amount": payment.amount}]
        used = payment.currency_id.round(payment.clinic_open_amount - payment.amount)
        if not payment.currency_id.is_zero(used):
            lines.append({"sequence": 1, "name": self.env._("Used, or given back before"), "amount": used})
        stays = payment.currency_id.round(self.amount - payment.clinic_open_amount)
        if not payment.currency_id.is_zero(stays):
            lines.append({"sequence": 2, "name": self.env._("Stays the patient's credit"), "amount": stays})
        return [*lines, {"sequence": 99, "name": self.env._("To give back"), "amount": self.amount, "is_total": True}]
