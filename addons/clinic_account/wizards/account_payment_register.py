from odoo import models
from odoo.exceptions import UserError

from ..desk import at_desk, refuse


class AccountPaymentRegister(models.TransientModel):
    """Above zero, and at the desk: today, no more than there is to pay back, and nothing is written off."""

    _inherit = "account.payment.register"

    def _create_payments(self):
        self.ensure_one()
        desk = at_desk(self.env)
        if (desk or self.line_ids.move_id.sudo().clinic_visit_id) and self.can_edit_wizard and not self.amount > 0:
            raise UserError(self.env["account.payment"]._nothing_paid_text())
        if not desk:
            payments = super()._create_payments()
            # Which refund is paid back by it does not depend on who enters it.
            refund = self.line_ids.move_id.sudo().clinic_refund_id
            if len(refund) == 1:
                payments.sudo()._clinic_writing().clinic_refund_id = refund
            return payments
        self._check_desk()
        # What was gathered before knows nothing of this check.
        self.invalidate_recordset(["batches"], flush=False)
        return super(AccountPaymentRegister, self._clinic_writing())._create_payments().with_env(self.env)

    def _check_desk(self):
        """Raise when the desk may not take, or pay back, what this dialog says."""
        moves = self.line_ids.move_id
        if moves.filtered(lambda move: move.move_type not in ("out_invoice", "out_refund") or move.state != "posted"):
            refuse(self.env)
        if refund := moves.sudo().clinic_refund_id[:1]:
            raise UserError(
                self.env._(
                    "Refund %s was approved as credit, or as a transfer by the accountant: it is not paid out at the "
                    "desk. Credit is set against what the patient buys next.",
                    refund.name,
                )
            )
        company = self.company_id or self.env.company
        self.env["account.payment"].new({"company_id": company.id})._check_desk_date(self.payment_date)
        if not self.can_edit_wizard:
            return
        difference = self.currency_id.compare_amounts(self.payment_difference, 0)
        if self.payment_difference_handling == "reconcile" and difference and not self.early_payment_discount_mode:
            raise UserError(
                self.env._("What is left to pay stays open: a discount is asked for before the visit is checked out.")
            )
        if self.payment_type == "outbound" and difference < 0:
            raise UserError(self.env._("No more is paid back than the credit note says."))
