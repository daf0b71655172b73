import ipaddress
import re
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import urls

from odoo.addons.payment.logging import get_payment_logger

from .. import const, message
from ..controllers.main import JazzCashController
from ..exceptions import NotAnswered, Rejected

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)

# Printable ASCII without spaces and "&", which joins what is signed.
_WORD = r"[!-%'-~]{4,64}"
_FORMATS = {
    "jazzcash_merchant_id": r"[A-Za-z0-9_-]{3,64}",
    "jazzcash_password": _WORD,
    "jazzcash_integrity_salt": _WORD,
    "jazzcash_merchant_mpin": r"\d{4}",
}


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(selection_add=[("jazzcash", "JazzCash")], ondelete={"jazzcash": "set default"})
    jazzcash_merchant_id = fields.Char("Merchant ID", required_if_provider="jazzcash", copy=False)
    jazzcash_password = fields.Char("Password", required_if_provider="jazzcash", copy=False, groups="base.group_system")
    jazzcash_integrity_salt = fields.Char(
        "Integrity Salt", required_if_provider="jazzcash", copy=False, groups="base.group_system"
    )
    jazzcash_merchant_mpin = fields.Char(
        "Merchant MPIN",
        help="Four digits; needed to give back what was paid from a wallet.",
        copy=False,
        groups="base.group_system",
    )
    jazzcash_wallet_flow = fields.Selection(
        [
            ("page", "On JazzCash's page"),
            ("form", "On our page: mobile number and the last digits of the CNIC"),
        ],
        "Wallet Payments",
        default="page",
        required=True,
    )
    jazzcash_ipn_url = fields.Char("Address for Notifications", compute="_compute_jazzcash_ipn_url")

    @api.depends("code", "company_id")
    def _compute_jazzcash_ipn_url(self):
        for provider in self:
            is_ours = provider.code == "jazzcash"
            provider.jazzcash_ipn_url = is_ours and urls.urljoin(provider.get_base_url(), JazzCashController._ipn_url)

    @api.constrains("state", "code", *_FORMATS)
    def _check_jazzcash_settings(self):
        """Refuse settings that cannot be JazzCash's before anybody pays with them."""
        for provider in self.filtered(lambda p: p.code == "jazzcash" and p.state != "disabled"):
            wrong = [
                provider._fields[name]._description_string(self.env)
                for name, pattern in _FORMATS.items()
                if provider[name] and not re.fullmatch(pattern, provider[name])
            ]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Not as JazzCash gives it out: %s. Copy it from JazzCash's merchant portal, without spaces;"
                        " the MPIN has four digits.",
                        ", ".join(wrong),
                    )
                )

    # === What core asks of a provider ===

    def _get_supported_currencies(self):
        """Support rupees alone."""
        currencies = super()._get_supported_currencies()
        if self.code == "jazzcash":
            currencies = currencies.filtered(lambda currency: currency.name in const.SUPPORTED_CURRENCIES)
        return currencies

    def _compute_feature_support_fields(self):
        """Give back all of a payment, or a part."""
        super()._compute_feature_support_fields()
        self.filtered(lambda provider: provider.code == "jazzcash").support_refund = "partial"

    def _get_default_payment_method_codes(self):
        """Offer the wallet; cards are switched on by who has a contract for them."""
        self.ensure_one()
        return (
            const.DEFAULT_PAYMENT_METHOD_CODES
            if self.code == "jazzcash"
            else super()._get_default_payment_method_codes()
        )

    def _get_reset_values(self):
        """Forget the credentials."""
        if self.code != "jazzcash":
            return super()._get_reset_values()
        return dict.fromkeys(_FORMATS)

    # === Requests ===

    def _jazzcash_get_url(self):
        """Return JazzCash's host: real money for a provider in production, the sandbox for all others."""
        self.ensure_one()
        if self.state == "enabled":
            return const.LIVE_URL
        return self._jazzcash_get_local_sandbox() or const.SANDBOX_URL

    def _jazzcash_get_local_sandbox(self):
        """Return the address of a sandbox on this machine, if a system parameter names one.

        This is safe: it is never read in production; only an administrator writes system parameters; and only a
        loopback address, in figures, is accepted, so that nothing leaves this machine. It is put together again from
        what was understood, so that nobody else reads another host in it.
        """
        # sudo: who pays may be anybody, and the parameter is no secret.
        text = self.env["ir.config_parameter"].sudo().get_param(const.LOCAL_SANDBOX)
        try:
            parts = urlsplit(text or "")
            address, port = ipaddress.IPv4Address(parts.hostname), parts.port
        except ValueError:
            return None
        return f"http://{address}:{port}" if address.is_loopback and port else None

    def _jazzcash_ask(self, endpoint, values, *, reference, timeout=const.TIMEOUT):
        """Return the fields of JazzCash's answer to ``values``, which are signed with the merchant's credentials.

        :raise NotAnswered: if it is unknown whether JazzCash has done what was asked.
        :raise Rejected: if it has not.
        """
        self.ensure_one()
        values = {"pp_MerchantID": self.jazzcash_merchant_id, "pp_Password": self.jazzcash_password, **values}
        if not all(values.values()) or not self.jazzcash_integrity_salt:
            raise Rejected(self.env._("JazzCash is not set up completely."))
        payload = message.signed(values, self.jazzcash_integrity_salt)
        return self._send_api_request("POST", endpoint, json=payload, reference=reference, timeout=timeout)

    def _send_api_request(self, method, endpoint, *, json=None, reference=None, timeout=const.TIMEOUT, **kwargs):
        """Tell apart what JazzCash has refused from what nobody knows, and wait longer for wallets."""
        if self.code != "jazzcash":
            return super()._send_api_request(method, endpoint, json=json, reference=reference, **kwargs)
        self.ensure_one()
        url = self._build_request_url(endpoint)
        self._log_request(method, url, json, reference=reference)
        try:
            response = requests.request(method, url, json=json, timeout=timeout, allow_redirects=False)
        except requests.exceptions.RequestException as error:
            # The text of the exception may name what was sent.
            _logger.warning("JazzCash has not answered about %s: %s.", reference, type(error).__name__)
            raise NotAnswered(self.env._("JazzCash has not answered.")) from None
        self._log_response(response, reference=reference)
        return self._parse_response_content(response, reference=reference)

    def _build_request_url(self, endpoint, **kwargs):
        """Ask the host that the provider's state names."""
        if self.code != "jazzcash":
            return super()._build_request_url(endpoint, **kwargs)
        return self._jazzcash_get_url() + endpoint

    def _parse_response_content(self, response, reference=None, **kwargs):
        """Return the fields of an answer; JazzCash's firewall refuses with a page, and says 200."""
        if self.code != "jazzcash":
            return super()._parse_response_content(response, **kwargs)
        if "Request Rejected" in response.text[:2000]:
            _logger.warning("JazzCash's firewall has refused a request about %s.", reference)
            raise Rejected(self.env._("JazzCash does not accept requests from this server."))
        try:
            answer = message.clean(response.json()) if response.ok else {}
        except (ValueError, RecursionError):
            answer = {}
        if not answer:
            _logger.warning("JazzCash's answer about %s cannot be read.", reference)
            raise NotAnswered(self.env._("JazzCash's answer cannot be read."))
        return answer

    def _log_request(self, method, url, payload, *, reference=None):
        """Log no credentials and no person: only what is known to be neither."""
        if self.code != "jazzcash":
            return super()._log_request(method, url, payload, reference=reference)
        _logger.info("JazzCash is asked %s about %s.", urlsplit(url).path, reference)

    def _log_response(self, response, *, reference=None):
        """Log the codes alone."""
        if self.code != "jazzcash":
            return super()._log_response(response, reference=reference)
        try:
            answer = message.describe(message.clean(response.json()))
        except (ValueError, RecursionError):
            answer = ""
        _logger.info("JazzCash has answered about %s: HTTP %s %s.", reference, response.status_code, answer)
