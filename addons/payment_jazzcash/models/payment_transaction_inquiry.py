import re

import psycopg2

from odoo import api, fields, models

from odoo.addons.payment.logging import get_payment_logger

from .. import const, message
from ..exceptions import NotAnswered, Rejected

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


class PaymentTransaction(models.Model):
    """What JazzCash is asked about a payment of which it has not told the end."""

    _inherit = "payment.transaction"

    jazzcash_next_inquiry = fields.Datetime(readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _cron_jazzcash_inquire(self):
        """Ask about all payments that are due, each on its own."""
        due = self.search(
            [("jazzcash_next_inquiry", "<=", fields.Datetime.now()), ("provider_id.state", "!=", "disabled")],
            order="jazzcash_next_inquiry, id",
            limit=200,
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for transaction in due:
            try:
                transaction._jazzcash_inquire_if_due()
                time_left = cron._commit_progress(1)
            except psycopg2.OperationalError:
                # A message came in meanwhile.
                self.env.cr.rollback()
                continue
            except Exception:
                # The others are asked about nevertheless.
                _logger.exception("The inquiry about a payment has failed.")
                self.env.cr.rollback()
                continue
            if not time_left:
                break

    def _jazzcash_inquire_if_due(self):
        """Ask JazzCash what became of the payment, if it is time to and nobody else is asking."""
        self.ensure_one()
        if not self._jazzcash_is_due() or not self.try_lock_for_update():
            return
        self.invalidate_recordset()
        if self._jazzcash_is_due():
            self._jazzcash_inquire()

    def _jazzcash_is_due(self):
        next_inquiry = self.jazzcash_next_inquiry
        return bool(next_inquiry) and next_inquiry <= fields.Datetime.now() and self._jazzcash_is_same_world()

    def _jazzcash_inquire(self):
        provider = self.provider_id
        try:
            answer = provider._jazzcash_ask(const.INQUIRY, {"pp_TxnRefNo": self.reference}, reference=self.reference)
        except (NotAnswered, Rejected):
            answer = {}
        if not answer or not self._jazzcash_is_about_this(answer):
            is_known = False
        elif answer.get("pp_ResponseCode") != "000":
            is_known = False
            self._jazzcash_give_up_unknown(answer.get("pp_ResponseCode") or "")
        else:
            is_known = self._jazzcash_take_over(answer)
        self._jazzcash_plan_inquiry(is_known)

    def _jazzcash_is_about_this(self, answer):
        """Return whether an answer is to be believed.

        It came over a connection of our own to JazzCash's host. A hash or a name that is there must be right.
        """
        provider = self.provider_id
        expected = {"pp_TxnRefNo": self.reference, "pp_MerchantID": provider.jazzcash_merchant_id}
        is_about_this = all(not answer.get(name) or answer[name] == value for name, value in expected.items())
        is_signed = not answer.get(message.HASH) or message.is_signed(answer, provider.jazzcash_integrity_salt)
        if not is_about_this or not is_signed:
            _logger.warning("The answer to the inquiry about %s is not JazzCash's about it.", self.reference)
        return is_about_this and is_signed

    def _jazzcash_take_over(self, answer):
        """Change the state by the answer to an inquiry, and return whether it is the end of the payment.

        The payment was made if both the code and the status say so. The amount may be absent: what was signed by us
        cannot have been changed by the payer.
        """
        code = answer.get("pp_PaymentResponseCode") or ""
        status = (answer.get("pp_Status") or "").lower()
        if status == "completed" and code in const.DONE:
            payment = {
                **answer,
                "pp_TxnRefNo": self.reference,
                "pp_ResponseCode": code,
                "pp_Amount": answer.get("pp_Amount") or self._jazzcash_get_payment_values()["pp_Amount"],
                "pp_TxnCurrency": answer.get("pp_TxnCurrency") or self.currency_id.name,
            }
            if self._jazzcash_is_for_amount(payment):
                self._process("jazzcash", payment)
            else:
                self._set_error(self.env._("JazzCash names another amount than was asked for. Please contact us."))
            return True
        if status == "pending" and code not in const.DONE:
            self._set_pending()
        if status in ("failed", "dropped") and code not in const.DONE:
            self._jazzcash_fail("129" if status == "dropped" or not re.fullmatch(r"\d{3}", code) else code)
            return code not in const.PENDING
        return False

    def _jazzcash_give_up_unknown(self, code):
        """Give up a payment that JazzCash has not heard of once nobody can make it any more."""
        is_over = fields.Datetime.now() > self.jazzcash_started + const.EXPIRY + const.FIRST_INQUIRY
        if is_over and re.fullmatch(r"\d{3}", code) and code not in const.INQUIRY_TROUBLE | const.PENDING:
            self._set_canceled(state_message=self._jazzcash_explain("129"))

    def _jazzcash_plan_inquiry(self, is_known):
        """Ask again after half the time that has passed, and in the end say that nobody knows."""
        now = fields.Datetime.now()
        age = now - self.jazzcash_started
        if is_known:
            self.jazzcash_next_inquiry = False
        elif age < const.LAST_INQUIRY:
            self.jazzcash_next_inquiry = now + min(max(age / 2, const.FIRST_INQUIRY), const.LONGEST_PAUSE)
        else:
            self.jazzcash_next_inquiry = False
            _logger.warning("JazzCash has not told what became of %s.", self.reference)
            if self.state in ("draft", "pending"):
                self._set_error(self.env._("JazzCash has not told whether this was paid. Please contact us."))
