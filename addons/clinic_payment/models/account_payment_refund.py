from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..const import MADE


class AccountPayment(models.Model):
    """What of a patient's payment can be given back, and what becomes of it."""

    _inherit = "account.payment"

    clinic_refund_ids = fields.One2many(
        "clinic.refund", "advance_id", string="Refunds Asked For", readonly=True, groups="clinic.group_reception"
    )
    clinic_refundable = fields.Monetary(
        compute="_compute_clinic_refundable", compute_sudo=True, string="Can Be Given Back"
    )
    clinic_to_transfer = fields.Boolean(compute="_compute_clinic_refundable", compute_sudo=True)

    @api.depends(
        "state",
        "move_id.line_ids.amount_residual",
        "clinic_visit_id.state",
        "clinic_refund_ids.state",
        "clinic_refund_ids.money_state",
    )
    def _compute_clinic_refundable(self):
        patients = self.env["clinic.patient"].with_context(active_test=False)
        payers = patients.search([("partner_id", "in", self.partner_id.ids)]).partner_id
        for payment in self:
            is_patients = payment.partner_id in payers
            payment.clinic_refundable = payment._clinic_refundable() if is_patients else 0.0
            payment.clinic_to_transfer = bool(
                payment.clinic_refund_ids.filtered(lambda refund: refund.money_state in ("transfer", "failed"))
            )

    def _clinic_lock_for_refund(self):
        """Wait for a user who gives this payment back or uses it at this moment, and read it again."""
        self.env.execute_query(SQL("SELECT id FROM account_payment WHERE id = ANY(%s) FOR UPDATE", self.ids or [0]))
        self.invalidate_recordset()

    def _clinic_refundable(self, asked=None):
        """Return how much of this payment is not used, is asked back by nobody, and is not kept for a visit.

        :param asked: the request that asks now, which does not stand in its own way
        """
        self.ensure_one()
        if self.payment_type != "inbound" or self.state not in MADE:
            return 0.0
        left = self.clinic_open_amount - self._clinic_still_to_return(asked)
        visit = self.clinic_visit_id
        if visit and visit._keeps_deposit():
            # Of what is kept for a visit only payments of which nothing is needed can go: the checkout leaves them out.
            surplus = visit.deposit_paid - visit.deposit_amount
            surplus -= visit.deposit_payment_ids._clinic_still_to_return(asked)
            if self.currency_id.compare_amounts(left, surplus) > 0:
                return 0.0
        return max(self.currency_id.round(left), 0.0)

    def _clinic_still_to_return(self, asked=None):
        """Return how much of these payments was asked back, or approved, and is still here; but for ``asked``."""
        refunds = self.clinic_refund_ids - (asked or self.env["clinic.refund"])
        return sum(refund.amount for refund in refunds if refund._is_still_to_return())

    def _clinic_is_returned(self):
        """Return whether somebody has asked to give one of these payments back, and it was not given back yet."""
        return any(refund._is_still_to_return() for refund in self.clinic_refund_ids)

    def _clinic_provider_returns(self, amount):
        """Return whether the provider of this payment can give ``amount`` of it back by Odoo."""
        self.ensure_one()
        tx = self.payment_transaction_id
        if tx.provider_id.state == "disabled" or tx.state != "done":
            return False
        # Odoo's own rule of what provider and method can do, of which it counts what is confirmed alone.
        parts = self.env["clinic.refund.part"].search([("payment_id", "=", self.id)])
        waiting = sum(parts.filtered(lambda part: part._is_under_way()).mapped("amount"))
        left = self.amount_available_for_refund - waiting
        if self.currency_id.compare_amounts(amount, left) > 0:
            return False
        method = tx.payment_method_id.primary_payment_method_id or tx.payment_method_id
        whole_only = "full_only" in (tx.provider_id.support_refund, method.support_refund)
        return not whole_only or not self.currency_id.compare_amounts(amount, self.amount)

    # -- asking -------------------------------------------------------------------------------------------------------

    def action_clinic_ask_refund(self):
        """Open the dialog that asks for a refund of what is not used of this payment."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Refund"),
            "res_model": "clinic.payment.refund",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_payment_id": self.id},
        }

    def action_refund_wizard(self):
        """Of a patient's payment a refund is asked for, and approved by somebody else."""
        if self.sudo()._clinic_is_patients():
            return self.action_clinic_ask_refund()
        return super().action_refund_wizard()

    def _clinic_is_patients(self):
        """Return whether these are payments of patients."""
        patients = self.env["clinic.patient"].with_context(active_test=False)
        return bool(patients.search_count([("partner_id", "in", self.partner_id.ids)], limit=1))

    # -- by the accountant --------------------------------------------------------------------------------------------

    def action_clinic_transfer(self):
        """Open the dialog by which a transfer to the patient is entered."""
        self.ensure_one()
        self._clinic_refund_to_transfer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Money Was Transferred"),
            "res_model": "clinic.payment.transfer",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_payment_id": self.id},
        }

    def _clinic_refund_to_transfer(self):
        """Return the approved refund of this payment that is to be transferred, as superuser.

        :raises AccessError: for anyone but accountants
        :raises UserError: where nothing is to be transferred
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("clinic.group_accountant"):
            raise AccessError(self.env._("Accountants transfer money to patients."))
        # The right was checked; accountants see payments, not requests with their reasons.
        refunds = self.sudo().clinic_refund_ids
        refund = refunds.filtered(lambda one: one.money_state in ("transfer", "failed"))[:1]
        if not refund:
            raise UserError(self.env._("Nothing of this payment is to be transferred."))
        return refund
