import psycopg2

from odoo import fields, models
from odoo.exceptions import LockError, UserError, ValidationError

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import const, message
from ..exceptions import NotAnswered, Rejected

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


class PaymentTransaction(models.Model):
    """What is given back. JazzCash knows a refund by the payment alone: that none goes out twice is seen to here."""

    _inherit = "payment.transaction"

    jazzcash_refunds = fields.Integer(readonly=True, copy=False)

    def _refund(self, amount_to_refund=None):
        """Give back no more than is left, and nothing while the outcome of another refund is unknown."""
        if self.provider_code == "jazzcash":
            self._jazzcash_check_refund(self.amount if amount_to_refund is None else amount_to_refund)
        return super()._refund(amount_to_refund=amount_to_refund)

    def _jazzcash_check_refund(self, amount):
        """Refuse in words what cannot be given back; from here on nobody else refunds this payment."""
        self.ensure_one()
        try:
            self.lock_for_update()
        except LockError:
            raise UserError(self.env._("Somebody else is refunding %s.", self.reference)) from None
        self.invalidate_recordset()
        # A transaction that began before this and comes after it starts again, and sees this refund.
        self.jazzcash_refunds += 1
        if self.state != "done" or self.operation not in ("online_redirect", "online_direct"):
            raise ValidationError(self.env._("Only a payment that was made can be refunded."))
        if not self._jazzcash_is_same_world():
            raise ValidationError(
                self.env._("%s was paid in another mode of JazzCash than it is in now.", self.reference)
            )
        if self.payment_method_code == "jazzcash" and not self.provider_id.jazzcash_merchant_mpin:
            raise ValidationError(self.env._("Enter the merchant's MPIN at the payment provider to refund wallets."))
        refunds = self.child_transaction_ids.filtered(lambda child: child.operation == "refund")
        if waiting := refunds.filtered(lambda refund: refund.state in ("draft", "pending")):
            raise ValidationError(
                self.env._(
                    "JazzCash has not said whether the refund %s was made. Look it up in JazzCash's portal, and note"
                    " that on the refund, before another one.",
                    waiting[0].reference,
                )
            )
        left = self.amount + sum(refunds.filtered(lambda refund: refund.state == "done").mapped("amount"))
        # Nothing is neither below nor above what is no number.
        is_possible = 0 < amount <= 2 * self.amount and self.currency_id.compare_amounts(amount, 0) > 0
        if not is_possible or self.currency_id.compare_amounts(amount, left) > 0:
            raise ValidationError(
                self.env._(
                    "Of %(reference)s, %(left)s can still be refunded: enter no more than that.",
                    reference=self.reference,
                    left=self.currency_id.format(left),
                )
            )

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        """Keep core's reference for a refund, which is never sent to JazzCash."""
        if self.provider_code == "jazzcash" and is_refund:
            custom_create_values["reference"] = super()._compute_reference("none", prefix=f"R-{self.reference}")
        return super()._create_child_transaction(amount, is_refund=is_refund, **custom_create_values)

    def _send_refund_request(self):
        """Ask JazzCash once; what it does not answer stays pending until a person has looked."""
        if self.provider_code != "jazzcash":
            return super()._send_refund_request()
        source = self.source_transaction_id
        values = {
            "pp_TxnRefNo": source.reference,
            "pp_Amount": str(payment_utils.to_minor_currency_units(-self.amount, self.currency_id)),
            "pp_TxnCurrency": self.currency_id.name,
        }
        if source.payment_method_code == "jazzcash":
            values["pp_MerchantMPIN"] = self.provider_id.jazzcash_merchant_mpin
        self._set_pending(state_message=self.env._("JazzCash has not said whether this refund was made."))
        self._jazzcash_keep()
        try:
            answer = self.provider_id._jazzcash_ask(
                const.REFUNDS[source.payment_method_code], values, reference=self.reference
            )
        except NotAnswered:
            return
        except Rejected as error:
            self._set_error(str(error))
        else:
            self._jazzcash_take_over_refund(answer)
        self._jazzcash_keep_refund()

    def _jazzcash_take_over_refund(self, answer):
        """Change the state by JazzCash's answer, which must be signed to say that money went out."""
        code = answer.get("pp_ResponseCode") or ""
        if code in const.REFUNDED:
            if message.is_signed(answer, self.provider_id.jazzcash_integrity_salt):
                self._jazzcash_end_refund()
            else:
                _logger.warning("The answer about the refund %s is not signed by JazzCash.", self.reference)
        elif code and code not in const.PENDING:
            self._set_error(self._jazzcash_explain_refund(code))

    def _jazzcash_keep_refund(self):
        """Store the outcome; if that fails the refund stays pending, and is not sent a second time."""
        try:
            self._jazzcash_keep()
        except psycopg2.OperationalError:
            self.env.cr.rollback()
            raise UserError(
                self.env._("The refund was sent, but its outcome could not be stored. Look it up in JazzCash's portal.")
            ) from None

    def _jazzcash_end_refund(self):
        if self._set_done():
            self.env.ref("payment.cron_post_process_payment_tx")._trigger()

    def _jazzcash_explain_refund(self, code):
        if code == "132":
            return self.env._("JazzCash cannot refund this payment any more. Give the money back in another way.")
        return self.env._(
            "JazzCash has refused the refund (code %s).", code if code.isalnum() and len(code) < 6 else "?"
        )

    def action_jazzcash_refund_made(self):
        """Note that a refund was made, as somebody has seen in JazzCash's portal."""
        self._jazzcash_get_waiting_refund()._jazzcash_end_refund()

    def action_jazzcash_refund_not_made(self):
        """Note that a refund was not made, so that it can be tried again."""
        sentence = self.env._("Not made, by JazzCash's portal, as %s has seen.", self.env.user.name)
        self._jazzcash_get_waiting_refund()._set_error(sentence)

    def _jazzcash_get_waiting_refund(self):
        self.ensure_one()
        payment_utils.check_rights_on_recordset(self)
        # sudo: who may change transactions may not read providers.
        refund = self.sudo()
        if refund.provider_code != "jazzcash" or refund.operation != "refund" or refund.state != "pending":
            raise UserError(self.env._("This is no refund whose outcome is unknown."))
        return refund
