import re

from odoo import api, models

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import const, message

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


class PaymentTransaction(models.Model):
    """What JazzCash says about a payment."""

    _inherit = "payment.transaction"

    @api.model
    def _extract_reference(self, provider_code, payment_data):
        """Return the reference if it can be one of ours."""
        if provider_code != "jazzcash":
            return super()._extract_reference(provider_code, payment_data)
        reference = payment_data.get("pp_TxnRefNo") or ""
        return reference if re.fullmatch(const.REFERENCE, reference) else None

    def _extract_amount_data(self, payment_data):
        """Return the amount, which JazzCash gives in paisa."""
        if self.provider_code != "jazzcash":
            return super()._extract_amount_data(payment_data)
        amount = payment_data.get("pp_Amount") or ""
        return {
            "amount": self._jazzcash_read_amount(amount),
            "currency_code": payment_data.get("pp_TxnCurrency"),
        }

    def _jazzcash_read_amount(self, text):
        minor = int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0
        return payment_utils.to_major_currency_units(minor, self.currency_id)

    def _jazzcash_receive(self, fields, *, is_answer=False):
        """Do what a message says if it is JazzCash's and names this payment; otherwise the inquiry finds out.

        :param dict fields: the message's fields, as text.
        :param bool is_answer: whether it is the answer to a request of ours. One without a hash may then say that the
                               payment has failed, never that it was made.
        :return: whether the message is JazzCash's.
        """
        self.ensure_one()
        _logger.info("JazzCash about %s: %s", self.reference, message.describe(fields))
        is_authentic = self._jazzcash_is_authentic(fields)
        code = fields.get("pp_ResponseCode") or ""
        if not is_authentic:
            _logger.warning("A message about %s is not signed by JazzCash for this merchant.", self.reference)
            if is_answer and not fields.get(message.HASH) and re.fullmatch(r"\d{3}", code):
                self._jazzcash_fail(code)
            return False
        if not fields.get("pp_Amount") or not fields.get("pp_TxnCurrency") or not code:
            _logger.warning("A message about %s lacks the amount, the currency or the result.", self.reference)
        elif not self._jazzcash_is_for_amount(fields):
            _logger.warning("A message about %s names another amount.", self.reference)
            self._set_error(self.env._("JazzCash names another amount than was asked for. Please contact us."))
        else:
            self._process("jazzcash", fields)
        return True

    def _jazzcash_is_authentic(self, fields):
        provider = self.provider_id
        return (
            message.is_signed(fields, provider.jazzcash_integrity_salt)
            and fields.get("pp_MerchantID") == provider.jazzcash_merchant_id
            and fields.get("pp_TxnRefNo") == self.reference
            and self.operation in ("online_redirect", "online_direct")
            # Money that has come counts also when the provider was switched off since.
            and (provider.state == "disabled" or self._jazzcash_is_same_world())
        )

    def _jazzcash_is_for_amount(self, fields):
        """Return whether amount and currency are this payment's.

        Core asks that as well, but goes on where the payment had failed before.
        """
        amount = self._jazzcash_read_amount(fields["pp_Amount"])
        return (
            self.currency_id.compare_amounts(amount, self.amount) == 0
            and fields["pp_TxnCurrency"] == self.currency_id.name
        )

    def _apply_updates(self, payment_data):
        """Change the state by JazzCash's code: a payment that was made stays so, and one that comes late counts."""
        if self.provider_code != "jazzcash":
            return super()._apply_updates(payment_data)
        number = payment_data.get("pp_RetreivalReferenceNo") or payment_data.get("pp_RetrievalReferenceNo") or ""
        if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", number):
            self.provider_reference = number
        code = payment_data["pp_ResponseCode"]
        if code in const.DONE:
            self.jazzcash_next_inquiry = False
            if self._set_done(extra_allowed_states=("cancel",)):
                # Now, not when the cron comes by: the payer may have closed the page.
                self.env.ref("payment.cron_post_process_payment_tx")._trigger()
        elif code in const.PENDING:
            self._set_pending()
        else:
            self._jazzcash_fail(code)

    def _jazzcash_fail(self, code):
        """Say that the payment was not made, unless ``code`` leaves that open."""
        if code in const.DONE | const.PENDING or self.state == "done":
            return
        if code in const.CANCELLED:
            self._set_canceled(state_message=self._jazzcash_explain(code))
        else:
            self._set_error(self._jazzcash_explain(code))

    def _jazzcash_explain(self, code):
        """Return what ``code`` means for the person who pays."""
        sentences = {
            "105": self.env._("The amount is above the limit of this wallet."),
            "112": self.env._("The payment was cancelled."),
            "116": self.env._("The time to pay has run out."),
            "118": self.env._("JazzCash is being maintained. Please try again later."),
            "122": self.env._("JazzCash has taken the payment back."),
            "129": self.env._("The payment was not completed."),
        }
        for settings in ("101", "110", "111", "115"):
            sentences[settings] = self.env._("JazzCash does not accept our request. Please contact us.")
        if sentence := sentences.get(code):
            return sentence
        if re.fullmatch(r"[0-9A-Za-z]{1,5}", code):
            return self.env._("JazzCash has not made the payment (code %s). Nothing was paid.", code)
        return self.env._("JazzCash has not made the payment. Nothing was paid.")
