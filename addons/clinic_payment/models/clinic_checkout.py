from odoo import api, models


class ClinicCheckout(models.AbstractModel):
    """What was paid in advance is taken off by the checkout of its visit, and of no other."""

    _inherit = "clinic.checkout"

    @api.model
    def _credit_lines(self, visit):
        lines = super()._credit_lines(visit)
        # For which visit something was paid is no secret of who may use the patient's credit.
        return lines.filtered(
            lambda line: (
                not line.sudo()._clinic_is_returned() and not self._is_kept_for_visit(line.sudo().payment_id, visit)
            )
        )

    @api.model
    def _is_kept_for_visit(self, payment, visit):
        """Return whether ``payment`` is not to be used for ``visit`` by choice: for another one, or to be paid back."""
        paid_for = payment.clinic_visit_id
        if payment.clinic_outcome == "refund":
            return True
        if paid_for == visit:
            # Taken off by itself; what is left of it after that is credit like any other.
            return not visit.is_checked_out
        return bool(paid_for) and paid_for._keeps_deposit()

    @api.model
    def _prepare_payments(self, visit):
        payments = super()._prepare_payments(visit)
        taken = 0.0 if visit.is_checked_out or not visit.deposit_paid else visit._deposit_open()
        if visit.currency_id.compare_amounts(taken, 0) > 0:
            deposit = {"id": 0, "name": self.env._("Paid in advance"), "amount": taken, "received": 0.0, "change": 0.0}
            payments.append(deposit)
        return payments
