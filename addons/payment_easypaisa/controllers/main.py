import secrets
from functools import wraps
from urllib.parse import urlsplit

from odoo import http
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.payment.logging import get_payment_logger

from .. import const, utils

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)

_FORM = {"type": "http", "auth": "public", "sitemap": False, "max_content_length": const.MOST_FORM}
# What comes from EasyPaisa, by a browser or not: no session of ours is made for it, as in other providers' routes.
_FROM_OUTSIDE = {**_FORM, "methods": ["GET", "POST"], "csrf": False, "save_session": False}


def any_words(route):
    """Let a request carry any parameter: one that is called "self" would meet Python's own, with a traceback."""

    @wraps(route)
    def called(controller, /, **words):
        words.pop("self", None)
        return route(controller, **words)

    return called


class EasypaisaController(http.Controller):
    """What EasyPaisa and the customer's browser call: nothing of it is believed, it is a hint to ask EasyPaisa."""

    _checkout_url = "/payment/easypaisa/checkout"
    _confirm_url = "/payment/easypaisa/confirm"
    _return_url = "/payment/easypaisa/return"
    _notify_url = "/payment/easypaisa/notify"
    _start_url = "/payment/easypaisa/start"

    @any_words
    @http.route(f"{_checkout_url}/<string:reference>", **_FORM, methods=["POST"], csrf=False)
    def easypaisa_checkout(self, reference, access_token=None, **_data):
        """Send the browser that has made the payment to EasyPaisa's first page."""
        tx_sudo = self._find(reference)
        is_own = tx_sudo and _is_token_of(tx_sudo, access_token)
        return self._leave(is_own and tx_sudo._easypaisa_prepare_checkout_values())

    @any_words
    @http.route(f"{_confirm_url}/<string:reference>", **_FROM_OUTSIDE)
    def easypaisa_confirm(self, reference, auth_token=None, **_data):
        """Send the browser from EasyPaisa's first page to its second one, with what the first one gave it."""
        return self._leave(self._find(reference)._easypaisa_prepare_confirm_values(auth_token))

    @any_words
    @http.route(f"{_return_url}/<string:reference>", **_FROM_OUTSIDE)
    def easypaisa_return(self, reference, **_data):
        """Take the customer back. What the address says of success is the browser's word alone."""
        self._ask_about(self._find(reference))
        return request.redirect("/payment/status")

    @any_words
    @http.route(_notify_url, **_FROM_OUTSIDE)
    def easypaisa_notify(self, url=None, **_data):
        """Take EasyPaisa's notification. Its address is not fetched: its last part says which payment to ask about.

        :return: The same for everybody.
        """
        self._ask_about(self._find(utils.hinted_reference(url)))
        return request.make_response("", [("Content-Type", "text/plain")])

    @any_words
    @http.route(_start_url, **_FORM, methods=["POST"])
    def easypaisa_start(self, reference=None, access_token=None, channel=None, mobile_number=None, **_data):
        """Begin a payment by the Open API, for the browser that has made it.

        :return: The state and a sentence; the same refusal for everybody who may not.
        """
        tx_sudo = self._find(reference)
        if not tx_sudo or not _is_token_of(tx_sudo, access_token) or channel not in const.STARTS:
            return self._answer("error", request.env._("This payment cannot be begun. Please reload the page."))
        if not utils.is_mobile_number(mobile_number):
            return self._answer("error", request.env._("Please enter a mobile number such as 03001234567."))
        tx_sudo._easypaisa_start(channel, mobile_number)
        return self._answer(tx_sudo.state, tx_sudo.state_message)

    def _find(self, reference):
        """Return the transaction of ``reference``, or an empty one; as superuser, as nobody else reads them here."""
        return request.env["payment.transaction"].sudo()._easypaisa_find(reference)

    def _ask_about(self, tx_sudo):
        """Ask EasyPaisa about a payment, if there is one."""
        if tx_sudo:
            _logger.info("A hint to ask EasyPaisa about transaction %s.", tx_sudo.reference)
            tx_sudo._easypaisa_inquire()

    def _leave(self, values):
        """Return a page that sends a form to EasyPaisa; or the way to the status page, if there is nothing to send.

        It is a page of its own, as other pages may be forbidden to send forms elsewhere: this one may send its form
        there and follow it back, which browsers count as the same, and do nothing else.
        """
        if not values:
            return request.redirect("/payment/status")
        addresses = (urlsplit(address) for address in (values["api_url"], values["form_fields"]["postBackURL"]))
        ways = " ".join(f"{address.scheme}://{address.netloc}" for address in addresses)
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self' {ways}"
        )
        lang = request.env["res.lang"]._get_data(code=request.env.lang)
        words = {"lang": lang.iso_code or "en", "direction": lang.direction or "ltr", "nonce": nonce}
        response = request.render("payment_easypaisa.leave_page", {**values, **words})
        response.headers["Content-Security-Policy"] = policy
        return response

    def _answer(self, state, message):
        return request.make_json_response({"state": state, "message": message or ""})


def _is_token_of(tx_sudo, access_token):
    """Whether ``access_token`` was given to the browser that has made the payment."""
    is_text = isinstance(access_token, str) and access_token.isascii()
    return is_text and consteq(access_token, tx_sudo._easypaisa_get_access_token())
