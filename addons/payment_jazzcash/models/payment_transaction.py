import re
import secrets
import string
import unicodedata

from odoo import api, fields, models, modules
from odoo.tools import urls

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import const, message
from ..controllers.main import JazzCashController
from ..exceptions import NotAnswered, Rejected

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)

_LETTERS = string.ascii_uppercase + string.digits


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    jazzcash_started = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _compute_reference(self, provider_code, prefix=None, separator="-", **kwargs):
        """Return at most 20 letters and digits that JazzCash has never seen, however often a database is restored.

        A payment is asked about by its reference: one that was used before would be answered for the one before.
        """
        if provider_code != "jazzcash":
            return super()._compute_reference(provider_code, prefix=prefix, separator=separator, **kwargs)
        # sudo: it reads the names of documents, as core does.
        prefix = prefix or self.sudo()._compute_reference_prefix(separator, **kwargs) or ""
        prefix = unicodedata.normalize("NFKD", prefix).encode("ascii", "ignore").decode()
        prefix = re.sub(r"[^A-Za-z0-9]", "", prefix)[-9:]
        unique = "".join(secrets.choice(_LETTERS) for _ in range(10))
        # A letter first, so that it is never taken for a number.
        return super()._compute_reference(provider_code, prefix=f"T{prefix}{unique}", separator="")

    @api.model
    def _get_specific_create_values(self, provider_code, values):
        """Note when a payment begins: JazzCash is asked about it some time later."""
        if provider_code != "jazzcash" or values.get("operation") not in ("online_redirect", "online_direct"):
            return super()._get_specific_create_values(provider_code, values)
        now = fields.Datetime.now()
        return {"jazzcash_started": now, "jazzcash_next_inquiry": now + const.FIRST_INQUIRY}

    def _get_specific_rendering_values(self, processing_values):
        """Return the form that leads to a page of ours, and from there to JazzCash's."""
        if self.provider_code != "jazzcash":
            return super()._get_specific_rendering_values(processing_values)
        if reason := self._jazzcash_get_obstacle("online_redirect"):
            self._set_error(reason)
            return {"api_url": "", "inputs": {}}
        inputs = {"reference": self.reference, "access_token": self._jazzcash_get_access_token()}
        return {"api_url": JazzCashController._leave_url, "inputs": inputs}

    def _jazzcash_get_form(self):
        """Return where and what is sent to JazzCash's page, nothing if this cannot be paid any more."""
        self.ensure_one()
        if self.state != "draft" or self._jazzcash_get_obstacle("online_redirect"):
            return None
        provider = self.provider_id
        version, kind = const.PAGE_KINDS[self.payment_method_code]
        values = {
            "pp_Version": version,
            "pp_TxnType": kind,
            "pp_MerchantID": provider.jazzcash_merchant_id,
            "pp_Password": provider.jazzcash_password,
            "pp_ReturnURL": urls.urljoin(provider.get_base_url(), JazzCashController._return_url),
            **self._jazzcash_get_payment_values(),
        }
        return {
            "api_url": provider._jazzcash_get_url() + const.PAGE,
            "inputs": message.signed(values, provider.jazzcash_integrity_salt),
        }

    def _get_specific_processing_values(self, processing_values):
        """Give the form for wallets the key to this one payment."""
        if self.provider_code != "jazzcash" or self.operation != "online_direct":
            return super()._get_specific_processing_values(processing_values)
        return {"access_token": self._jazzcash_get_access_token()}

    def _jazzcash_get_access_token(self):
        return payment_utils.generate_access_token("jazzcash", self.id, self.reference, env=self.env)

    def _jazzcash_get_payment_values(self):
        """Return what both ways to pay send; the time is Karachi's, wherever the server and the user are."""
        expiry = self.jazzcash_started + const.EXPIRY
        return {
            "pp_Language": "EN",
            "pp_TxnRefNo": self.reference,
            "pp_Amount": str(payment_utils.to_minor_currency_units(self.amount, self.currency_id)),
            "pp_TxnCurrency": self.currency_id.name,
            "pp_TxnDateTime": self._jazzcash_format_time(self.jazzcash_started),
            "pp_TxnExpiryDateTime": self._jazzcash_format_time(expiry),
            "pp_BillReference": self.reference,
            "pp_Description": f"Payment {self.reference}",
        }

    def _jazzcash_format_time(self, moment):
        karachi = self.with_context(tz=const.TIMEZONE)
        return fields.Datetime.context_timestamp(karachi, moment).strftime(const.TIME_FORMAT)

    def _jazzcash_get_obstacle(self, operation):
        """Return in words why this cannot be paid, nothing if it can: it may have been made by a forged request."""
        provider, methods = self.provider_id, const.PAGE_KINDS
        if operation == "online_direct":
            methods = {"jazzcash"} if provider.jazzcash_wallet_flow == "form" else set()
        if self.operation != operation or self.payment_method_code not in methods:
            return self.env._("This cannot be paid with JazzCash in this way.")
        if self.currency_id.name not in const.SUPPORTED_CURRENCIES or self.amount <= 0:
            return self.env._("JazzCash takes payments in Pakistani rupees only.")
        if not re.fullmatch(const.REFERENCE, self.reference):
            return self.env._("JazzCash does not accept this payment's reference.")
        if not self._jazzcash_is_same_world() or not provider.jazzcash_integrity_salt:
            return self.env._("JazzCash cannot be used at the moment.")
        return None

    def _jazzcash_is_same_world(self):
        """Return whether the provider still is what it was, test or production, when the payment began."""
        return self.provider_id.state != "disabled" and self.is_live == (self.provider_id.state == "enabled")

    def _jazzcash_pay_by_wallet(self, mobile, cnic):
        """Have JazzCash ask the customer, on the phone, to confirm the payment.

        Neither the number nor the CNIC is kept.
        """
        self.ensure_one()
        if self.state != "draft":
            return
        if reason := self._jazzcash_get_obstacle("online_direct"):
            self._set_error(reason)
            return
        if self._jazzcash_has_asked_often():
            self._set_error(self.env._("Too many attempts. Please try again in an hour."))
            return
        values = {**self._jazzcash_get_payment_values(), "pp_MobileNumber": mobile, "pp_CNIC": cnic}
        self._set_pending()
        self._jazzcash_keep()
        try:
            answer = self.provider_id._jazzcash_ask(
                const.WALLET, values, reference=self.reference, timeout=const.WALLET_TIMEOUT
            )
        except Rejected as error:
            self._set_error(str(error))
        except NotAnswered:
            # The customer may have confirmed: the inquiry finds out.
            return
        else:
            self._jazzcash_receive(answer, is_answer=True)

    def _jazzcash_has_asked_often(self):
        """Return whether phones were asked so often for this customer that somebody may be pestered."""
        lately = fields.Datetime.now() - const.PROMPTS_PERIOD
        domain = [
            ("partner_id", "=", self.partner_id.id),
            ("operation", "=", "online_direct"),
            ("jazzcash_started", ">", lately),
            ("state", "!=", "draft"),
        ]
        return self.search_count(domain, limit=const.MOST_PROMPTS) >= const.MOST_PROMPTS

    def _jazzcash_keep(self):
        """Commit before JazzCash is asked to move money, or what it answered.

        A request that Odoo tries again, and one after a crash, must find that it has been asked.
        """
        if modules.module.current_test:
            self.env.flush_all()
        else:
            self.env.cr.commit()  # pylint: disable=invalid-commit
