import base64
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import urls

from odoo.addons.payment.logging import get_payment_logger

from .. import client, const, utils

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)

_DIGITS = re.compile(r"\d{1,20}", re.ASCII)
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(selection_add=[("easypaisa", "EasyPaisa")], ondelete={"easypaisa": "set default"})
    easypaisa_flow = fields.Selection(
        selection=[
            ("hosted", "On EasyPaisa's page"),
            ("wallet", "Here, from a mobile account"),
            ("otc", "Here, with a code for a shop"),
            ("wallet_otc", "Here, from a mobile account or with a code for a shop"),
        ],
        string="How Customers Pay",
        default="hosted",
        required=True,
        help="EasyPaisa's page is its hosted checkout; the others are its Open API. Which of them your contract has, "
        "EasyPaisa tells you.",
    )
    easypaisa_store_id = fields.Char(
        string="EasyPaisa Store ID",
        help="The number of your store at EasyPaisa. Test and live stores have different ones.",
        required_if_provider="easypaisa",
        copy=False,
        groups="base.group_system",
    )
    easypaisa_account_number = fields.Char(
        string="EasyPaisa Account Number",
        help="The number of your merchant account, which EasyPaisa wants to know with every inquiry.",
        required_if_provider="easypaisa",
        copy=False,
        groups="base.group_system",
    )
    easypaisa_username = fields.Char(
        string="EasyPaisa API User",
        required_if_provider="easypaisa",
        copy=False,
        groups="base.group_system",
    )
    easypaisa_password = fields.Char(
        string="EasyPaisa API Password",
        required_if_provider="easypaisa",
        copy=False,
        groups="base.group_system",
    )
    easypaisa_hash_key = fields.Char(
        string="EasyPaisa Hash Key",
        help="The key of 16, 24 or 32 characters that EasyPaisa's merchant portal makes for the hosted checkout.",
        copy=False,
        groups="base.group_system",
    )
    easypaisa_hours = fields.Integer(
        string="Hours to Pay",
        default=24,
        help="How long EasyPaisa takes the money: on its page, or for a code at a shop.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains(
        "state",
        "code",
        "easypaisa_flow",
        "easypaisa_store_id",
        "easypaisa_account_number",
        "easypaisa_username",
        "easypaisa_password",
        "easypaisa_hash_key",
        "easypaisa_hours",
    )
    def _check_easypaisa_settings(self):
        """Refuse to switch on what EasyPaisa would refuse at the first payment."""
        for provider in self.filtered(lambda p: p.code == "easypaisa" and p.state != "disabled"):
            wrong = provider._easypaisa_find_wrong_setting()
            if wrong:
                raise ValidationError(wrong)

    def _easypaisa_find_wrong_setting(self):
        """Return what is wrong with the settings, in a sentence, or None. Empty ones are for `required_if_provider`."""
        sudo = self.sudo()  # those who may write them, or switch on, learn what is wrong with them
        numbers = sudo.easypaisa_store_id, sudo.easypaisa_account_number
        if any(number and not _DIGITS.fullmatch(number) for number in numbers):
            return self.env._("The store ID and the account number of EasyPaisa consist of digits only.")
        words = sudo.easypaisa_username, sudo.easypaisa_password, sudo.easypaisa_hash_key
        if any(word and not _PRINTABLE.fullmatch(word) for word in words):
            return self.env._("The user, password and hash key of EasyPaisa have no spaces and no special letters.")
        if ":" in (sudo.easypaisa_username or ""):
            return self.env._("The API user of EasyPaisa has no colon.")
        if self.easypaisa_flow == "hosted" and len(sudo.easypaisa_hash_key or "") not in const.HASH_KEY_LENGTHS:
            return self.env._("The hash key of EasyPaisa has 16, 24 or 32 characters.")
        if not 1 <= self.easypaisa_hours <= 24 * 30:
            return self.env._("Customers have between 1 hour and 30 days to pay.")
        return None

    # === COMPUTE METHODS === #

    def _get_supported_currencies(self):
        """Override of `payment` to return the supported currencies."""
        supported_currencies = super()._get_supported_currencies()
        if self.code == "easypaisa":
            supported_currencies = supported_currencies.filtered(lambda c: c.name in const.SUPPORTED_CURRENCIES)
        return supported_currencies

    # === CRUD METHODS === #

    def _get_default_payment_method_codes(self):
        """Override of `payment` to return the default payment method codes."""
        self.ensure_one()
        if self.code != "easypaisa":
            return super()._get_default_payment_method_codes()
        return const.DEFAULT_PAYMENT_METHOD_CODES

    def _get_reset_values(self):
        """Override of `payment` to supply the credential fields to reset."""
        if self.code != "easypaisa":
            return super()._get_reset_values()
        return dict.fromkeys(
            (
                "easypaisa_store_id",
                "easypaisa_account_number",
                "easypaisa_username",
                "easypaisa_password",
                "easypaisa_hash_key",
            )
        )

    # === BUSINESS METHODS === #

    def _should_build_inline_form(self, is_validation=False):
        """Override of `payment`: the hosted checkout asks everything on its own page."""
        if self.code != "easypaisa":
            return super()._should_build_inline_form(is_validation=is_validation)
        return bool(self._easypaisa_get_inline_channels())

    def _easypaisa_get_inline_channels(self):
        """Return the ways of paying among which the payment form lets the customer choose."""
        self.ensure_one()
        return const.INLINE_CHANNELS[self.easypaisa_flow]

    def _easypaisa_get_base_url(self):
        """Return where EasyPaisa is: live and test are two servers, and nothing of one reaches the other."""
        self.ensure_one()
        if self.state == "enabled":
            return const.LIVE_URL
        return self._easypaisa_get_local_sandbox() or const.TEST_URL

    def _easypaisa_get_local_sandbox(self):
        """Return the address of a sandbox server, if one is named.

        It can send nobody's money or credentials astray: it is asked for in test mode alone, in which there is no
        money; it must be a number of this machine's own loopback, so nothing leaves the machine; and only
        administrators write system parameters, who can change the credentials themselves.
        """
        url = self.env["ir.config_parameter"].sudo().get_param(const.LOCAL_SANDBOX)
        if not url:
            return None
        if not utils.is_loopback(url):
            _logger.warning("%s is not an address of this machine and is not used.", const.LOCAL_SANDBOX)
            return None
        return url.rstrip("/")

    # === REQUEST HELPERS === #

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment` to build the request URL."""
        if self.code != "easypaisa":
            return super()._build_request_url(endpoint, **kwargs)
        return urls.urljoin(self._easypaisa_get_base_url(), const.API_PATH + endpoint)

    def _build_request_headers(self, *args, **kwargs):
        """Override of `payment` to build the request headers."""
        if self.code != "easypaisa":
            return super()._build_request_headers(*args, **kwargs)
        credentials = f"{self.easypaisa_username}:{self.easypaisa_password}".encode()
        return {"Credentials": base64.b64encode(credentials).decode()}

    def _send_api_request(self, method, endpoint, *, json=None, reference=None, **kwargs):
        """Override of `payment`: follow no redirect, bound the whole answer, and log nothing that is in it.

        :raise client.Unanswered: a `ValidationError` that says whether EasyPaisa may have got the request
        """
        if self.code != "easypaisa":
            return super()._send_api_request(method, endpoint, json=json, reference=reference, **kwargs)
        url, headers = self._build_request_url(endpoint), self._build_request_headers(method, endpoint, json)
        try:
            answer = client.post_json(url, json, headers)
        except client.Unanswered as error:
            _logger.warning("EasyPaisa, %s for transaction %s: %s.", endpoint, reference, error)
            raise
        _logger.info(
            "EasyPaisa, %s for transaction %s: answer %s, status %s.",
            endpoint,
            reference,
            utils.code_of(answer.get("responseCode")),
            utils.code_of(answer.get("transactionStatus")),
        )
        return answer
