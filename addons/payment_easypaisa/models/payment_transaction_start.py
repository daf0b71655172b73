from datetime import timedelta

from odoo import fields, models
from odoo.tools import urls

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import client, const, utils
from ..controllers.main import EasypaisaController

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _easypaisa_get_deadline(self):
        """Return until when EasyPaisa shall take the money. To be overridden by what holds something meanwhile.

        :rtype: datetime
        """
        self.ensure_one()
        return fields.Datetime.now() + timedelta(hours=self.provider_id.easypaisa_hours)

    def _easypaisa_keep_token(self, token, named):
        """Keep the code with which the customer pays at a shop. To be extended by what holds something as long.

        It is shown as good until EasyPaisa says, but never longer than was asked for.

        :param str token: The code.
        :param named: Until when EasyPaisa takes it, as a naive datetime in UTC; None if it does not say.
        """
        self.ensure_one()
        asked = self.easypaisa_expires_at
        self.write({"easypaisa_token": token, "easypaisa_expires_at": min(named, asked) if named and asked else asked})

    # === HOSTED CHECKOUT === #

    def _get_specific_rendering_values(self, processing_values):
        """Override of `payment` to return the values of the form that leads to our own page, and from there away.

        Note: self.ensure_one() from `_get_processing_values`
        """
        if self.provider_code != "easypaisa":
            return super()._get_specific_rendering_values(processing_values)
        if not self._easypaisa_begin("hosted"):
            return {}
        return {
            "api_url": f"{EasypaisaController._checkout_url}/{self.reference}",
            "form_fields": {"access_token": self._easypaisa_get_access_token()},
        }

    def _easypaisa_is_on_page(self):
        """Whether the customer may be on EasyPaisa's page."""
        is_begun = self and self.easypaisa_channel == "hosted" and self.state != "done"
        return is_begun and self._easypaisa_is_same_mode()

    def _easypaisa_prepare_checkout_values(self):
        """Return where the first form goes and what it says, or None. Whose telephone it is, EasyPaisa asks itself."""
        provider = self.provider_id
        if not self._easypaisa_is_on_page() or not provider.easypaisa_hash_key:
            return None
        form_fields = {
            "storeId": provider.easypaisa_store_id,
            "amount": utils.format_amount(self.amount),
            "postBackURL": self._easypaisa_get_url(EasypaisaController._confirm_url),
            "orderRefNum": self.reference,
            "expiryDate": utils.to_karachi(self.easypaisa_expires_at, "%Y%m%d %H%M%S"),
            "autoRedirect": "1",
        }
        form_fields["merchantHashedReq"] = utils.hash_request(form_fields, provider.easypaisa_hash_key)
        return {
            "api_url": urls.urljoin(provider._easypaisa_get_base_url(), const.CHECKOUT_PATH),
            "form_fields": form_fields,
        }

    def _easypaisa_prepare_confirm_values(self, auth_token):
        """Return where the second form goes and what it says, or None."""
        if not self._easypaisa_is_on_page() or not utils.is_auth_token(auth_token):
            return None
        return {
            "api_url": urls.urljoin(self.provider_id._easypaisa_get_base_url(), const.CONFIRM_PATH),
            "form_fields": {
                "auth_token": auth_token,
                "postBackURL": self._easypaisa_get_url(EasypaisaController._return_url),
            },
        }

    def _easypaisa_get_url(self, route):
        """Return the address of one of our pages for this payment: EasyPaisa puts its own words behind a "?"."""
        return urls.urljoin(self.provider_id.get_base_url(), f"{route}/{self.reference}")

    # === OPEN API === #

    def _get_specific_processing_values(self, processing_values):
        """Override of `payment` to return what lets the browser begin that has made the payment, and no other."""
        if self.provider_code != "easypaisa" or self.operation != "online_direct":
            return super()._get_specific_processing_values(processing_values)
        return {"access_token": self._easypaisa_get_access_token()}

    def _easypaisa_start(self, channel, mobile_number):
        """Ask EasyPaisa to collect from a mobile account, or for a code with which to pay at a shop.

        :param str channel: "wallet" or "otc".
        :param str mobile_number: The customer's. It goes to EasyPaisa and is kept nowhere.
        :return: Whether it was this call that began.
        :rtype: bool
        """
        self.ensure_one()
        if not self._easypaisa_begin(channel):
            return False
        # Known before anything is sent: should this process die, or the database want this request tried again, nobody
        # is charged twice, and the cron finds out what became of it.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        try:
            answer = self._send_api_request(
                "POST", const.STARTS[channel], json=self._easypaisa_prepare_start(channel, mobile_number)
            )
        except client.Unreached:
            self._set_error(self.env._("EasyPaisa could not be reached. Nothing was paid: please try again later."))
        except client.Unanswered:
            self._set_pending(state_message=self._easypaisa_wait_message(channel))
        else:
            self._easypaisa_read_start(channel, answer)
        return True

    def _easypaisa_prepare_start(self, channel, mobile_number):
        """Return the fields of the request that begins a payment."""
        mail = self.partner_email or self.company_id.email or ""
        values = {
            "orderId": self.reference,
            "storeId": self.provider_id.easypaisa_store_id,
            "transactionAmount": utils.format_amount(self.amount),
            "emailAddress": mail,
        }
        if channel == "wallet":
            return {**values, "transactionType": "MA", "mobileAccountNo": mobile_number}
        expiry = utils.to_karachi(self.easypaisa_expires_at, "%Y%m%d %H%M%S")
        return {**values, "transactionType": "OTC", "msisdn": mobile_number, "tokenExpiry": expiry}

    def _easypaisa_read_start(self, channel, answer):
        """Read EasyPaisa's answer to the request that began a payment. It never confirms one."""
        code = utils.code_of(answer.get("responseCode"))
        if code in const.REFUSALS:
            self._set_error(
                self.env._(
                    "EasyPaisa did not begin the payment (code %s). Please check the mobile number and the balance, or "
                    "pay in another way.",
                    code,
                )
            )
            return
        if code == const.SUCCESS and self._easypaisa_is_own_answer(answer):
            self._easypaisa_read_details(answer)
        self._set_pending(state_message=self._easypaisa_wait_message(channel))

    def _easypaisa_wait_message(self, channel):
        """Return what the customer does next."""
        if channel == "wallet":
            return self.env._("Please confirm the payment on your phone: EasyPaisa asks you for it now.")
        if self.easypaisa_token:
            return self.env._("Your payment code is ready. Please pay with it at any EasyPaisa shop.")
        return self.env._("EasyPaisa has not sent the payment code yet. It will appear here.")

    # === BOTH === #

    def _easypaisa_begin(self, channel):
        """Note that EasyPaisa is asked now, once; return whether it may be asked.

        The lock lets one of two clicks in.
        """
        if self.state != "draft" or self.easypaisa_channel:
            return False
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        problem = self._easypaisa_find_problem(channel)
        if problem:
            self._set_error(problem)
            return False
        self.write(
            {
                "easypaisa_channel": channel,
                "easypaisa_expires_at": self._easypaisa_get_deadline(),
                "easypaisa_inquire_after": fields.Datetime.now() + const.FIRST_PAUSE,
            }
        )
        return True

    def _easypaisa_find_problem(self, channel):
        """Return why this payment cannot be begun, in a sentence, or None."""
        offered = self.provider_id._easypaisa_get_inline_channels() or ("hosted",)
        if channel not in offered or not self._easypaisa_is_same_mode() or self.operation == "validation":
            return self.env._("This way of paying is not offered. Please reload the page and try again.")
        if self.currency_id.name not in const.SUPPORTED_CURRENCIES:
            return self.env._("EasyPaisa takes Pakistani rupees only.")
        if self.amount <= 0 or not utils.is_reference(self.reference):
            _logger.error("EasyPaisa cannot take the reference or amount of transaction %s.", self.reference)
            return self.env._("This payment cannot be made with EasyPaisa. Please contact us.")
        return None

    def _easypaisa_get_access_token(self):
        """Return what is given to the browser that has made the payment alone."""
        return payment_utils.generate_access_token(self.reference, "easypaisa", env=self.env)

    def _easypaisa_is_same_mode(self):
        """Whether the provider still is what it was: a test payment is never looked up at the live server."""
        return self.provider_id.state != "disabled" and self.is_live == (self.provider_id.state == "enabled")
