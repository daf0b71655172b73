import psycopg2

from odoo import api, fields, models

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import client, const, utils

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    # === ACTION METHODS === #

    def action_easypaisa_inquire(self):
        """Ask EasyPaisa now what became of the payments, for who may process them."""
        payment_utils.check_rights_on_recordset(self)
        for tx in self:
            tx.sudo()._easypaisa_inquire()  # the rights are checked above; the credentials are administrators'

    # === ASKING === #

    def _easypaisa_inquire(self):
        """Ask EasyPaisa what became of this payment, and do what its answer says. All who want to know call this.

        What is done is done and is not asked about again; nobody makes us ask more often than every few seconds, and
        two never ask at once.

        :return: False if EasyPaisa could not be asked.
        :rtype: bool
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state == "done" or not self.easypaisa_channel or not self._easypaisa_is_same_mode():
            return True
        if self.easypaisa_inquired_at and self.easypaisa_inquired_at + const.INQUIRY_PAUSE > now:
            return True
        if not self.try_lock_for_update(allow_referencing=True):
            return True
        self.easypaisa_inquired_at = now
        self._easypaisa_schedule()
        try:
            answer = self._easypaisa_fetch()
        except client.Unanswered:
            return False
        return self._easypaisa_read_inquiry(answer)

    def _easypaisa_read_inquiry(self, answer):
        """Do what EasyPaisa's answer to an inquiry says; return False if it says nothing."""
        code = utils.code_of(answer.get("responseCode"))
        if code == const.UNKNOWN_ORDER:  # nobody ever got as far as its page
            self._easypaisa_close_if_over()
        elif code != const.SUCCESS:
            return False
        elif self._easypaisa_is_own_answer(answer):
            self._process("easypaisa", answer)
            self._easypaisa_close_if_over()
        else:
            _logger.error("EasyPaisa answered for another order or store than that of %s; ignored.", self.reference)
        return True

    def _easypaisa_fetch(self):
        """Return EasyPaisa's answer to the inquiry; nothing is written.

        :raise client.Unanswered: if there is none that can be read
        """
        provider = self.provider_id
        payload = {
            "orderId": self.reference,
            "storeId": provider.easypaisa_store_id,
            "accountNum": provider.easypaisa_account_number,
        }
        return self._send_api_request("POST", const.INQUIRY, json=payload)

    def _easypaisa_is_own_answer(self, answer):
        """Whether an answer is about this payment to this store."""
        named = str(answer.get("orderId")).strip(), str(answer.get("storeId")).strip()
        return named == (self.reference, self.provider_id.easypaisa_store_id)

    def _easypaisa_schedule(self):
        """Plan the next inquiry: the older the payment, the later; none long after its time."""
        now = fields.Datetime.now()
        last = (self.easypaisa_expires_at or self.create_date) + const.LATE
        pause = min(max((now - self.create_date) / 10, const.FIRST_PAUSE), const.LAST_PAUSE)
        self.easypaisa_inquire_after = False if self.state == "done" or now > last else now + pause

    def _easypaisa_close_if_over(self):
        """Cancel what was not paid in time, as EasyPaisa has just said. Should it be paid after all, it counts."""
        deadline = (self.easypaisa_expires_at or self.create_date) + const.GRACE
        if self.state in ("draft", "pending") and fields.Datetime.now() > deadline:
            self._set_canceled(self.env._("The time to pay is over, and EasyPaisa has received nothing."))

    @api.model
    def _cron_easypaisa_inquire(self):
        """Ask about all payments that are due. One that fails is not in the way of the others."""
        domain = [
            ("easypaisa_inquire_after", "<=", fields.Datetime.now()),
            ("provider_code", "=", "easypaisa"),
            ("state", "!=", "done"),
            *("|", "&", ("is_live", "=", True), ("provider_id.state", "=", "enabled")),
            *("&", ("is_live", "=", False), ("provider_id.state", "=", "test")),
        ]
        due = self.search(domain, order="easypaisa_inquire_after, id", limit=const.BATCH)
        silent = self.env["payment.provider"]
        for number, tx in enumerate(due, 1):
            try:
                # A provider that does not answer would hold us for seconds with each payment: the next run asks again.
                if tx.provider_id not in silent and not tx._easypaisa_inquire():
                    silent |= tx.provider_id
            except psycopg2.OperationalError:
                self.env.cr.rollback()  # somebody else was at it: next time
            except Exception:
                _logger.exception("The inquiry about transaction %s failed.", tx.reference)
                self.env.cr.rollback()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number):
                break

    # === BUSINESS METHODS - PROCESSING === #

    def _extract_amount_data(self, payment_data):
        """Override of `payment` to extract the amount from the inquiry's answer; EasyPaisa knows rupees only."""
        if self.provider_code != "easypaisa":
            return super()._extract_amount_data(payment_data)
        if utils.code_of(payment_data.get("transactionStatus")) not in const.STATUS_MAPPING["done"]:
            return None  # nothing was paid: there is nothing to compare
        return {"amount": utils.parse_amount(payment_data.get("transactionAmount")), "currency_code": "PKR"}

    def _apply_updates(self, payment_data):
        """Override of `payment` to update the transaction based on the inquiry's answer."""
        if self.provider_code != "easypaisa":
            return super()._apply_updates(payment_data)
        if self.state == "done":
            return None  # an older answer that comes later changes nothing
        self._easypaisa_read_details(payment_data)
        status = utils.code_of(payment_data.get("transactionStatus"))
        if status in const.STATUS_MAPPING["done"]:
            self._easypaisa_confirm(payment_data)
        elif status in const.STATUS_MAPPING["pending"]:
            if self.state == "draft":
                self._set_pending()
        elif self.state not in ("draft", "pending"):
            pass  # it is over already
        elif status in const.STATUS_MAPPING["error"]:
            self._set_error(self.env._("EasyPaisa did not complete the payment. Nothing was paid: please try again."))
        elif status in const.STATUS_MAPPING["cancel"]:
            self._set_canceled(self.env._("EasyPaisa has closed the payment. Nothing was paid: please try again."))
        else:
            _logger.warning("EasyPaisa answered with an unknown status for transaction %s.", self.reference)
        return None

    def _easypaisa_confirm(self, payment_data):
        """Confirm the payment, also one that seemed to have failed, and have what waits for it done at once.

        The amount is compared once more: `payment` compares it, too, but goes on where its refusal changes nothing,
        as on a payment that was cancelled, or refused for its amount before.
        """
        amount = utils.parse_amount(payment_data.get("transactionAmount"))
        if self.currency_id.name != "PKR" or not amount or self.currency_id.compare_amounts(amount, self.amount):
            _logger.error("EasyPaisa confirmed another amount than that of transaction %s.", self.reference)
            self._set_error(
                self.env._("EasyPaisa has received another amount than was asked for. Please contact us."),
                extra_allowed_states=("cancel",),
            )
            return
        self.easypaisa_inquire_after = False
        if self._set_done(extra_allowed_states=("cancel",)):
            self.env.ref("payment.cron_post_process_payment_tx")._trigger()

    def _easypaisa_read_details(self, answer):
        """Keep EasyPaisa's own number of the payment, and the code for a shop with its time."""
        number = utils.word_of(answer.get("transactionId"))
        if number:
            self.provider_reference = number
        token = utils.word_of(answer.get("paymentToken"))
        if not token or token == self.easypaisa_token or self.easypaisa_channel == "wallet":
            return
        named = utils.from_karachi(answer.get("paymentTokenExpiryDateTime"))
        if named and named <= fields.Datetime.now():
            _logger.warning("EasyPaisa names a time that is past for the code of transaction %s.", self.reference)
            named = None  # a clock is wrong; when the code is over, the inquiry tells
        self._easypaisa_keep_token(token, named)
