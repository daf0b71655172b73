import re
import secrets
from urllib.parse import urlsplit

from odoo import http
from odoo.http import request

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import const, message

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)

_ROUTE = {
    "type": "http",
    "auth": "public",
    "sitemap": False,
    "jazzcash": True,
    "max_content_length": const.MOST_BYTES,
}


class JazzCashController(http.Controller):
    _return_url = "/payment/jazzcash/return"
    _ipn_url = "/payment/jazzcash/ipn"
    _wallet_url = "/payment/jazzcash/wallet"
    _leave_url = "/payment/jazzcash/leave"

    @http.route(_leave_url, methods=["POST"], csrf=False, **_ROUTE)
    def jazzcash_leave(self):
        """Send the customer's browser on to JazzCash.

        From a page of its own, as the others may be forbidden to send a form elsewhere. This one may do nothing else.
        """
        transaction = self._find_by_key()
        form = transaction and transaction._jazzcash_get_form()
        if not form:
            return request.redirect("/payment/status")
        nonce, target = secrets.token_urlsafe(16), urlsplit(form["api_url"])
        lang = request.env["res.lang"]._get_data(code=request.env.lang)
        words = {"lang": lang.iso_code or "en", "direction": lang.direction or "ltr", "nonce": nonce}
        response = request.render("payment_jazzcash.leave_page", {**form, **words})
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self' {target.scheme}://{target.netloc} {const.HOSTS}"
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    @http.route(_return_url, methods=["GET", "POST"], csrf=False, save_session=False, **_ROUTE)
    def jazzcash_return(self):
        """Take over what JazzCash has the customer's browser post, and show the state of the payment in any case.

        The session is not saved: the browser sends no cookie with a form of another site.
        """
        fields = message.clean(request.httprequest.form.to_dict())
        if transaction := self._find(fields):
            transaction._jazzcash_receive(fields)
        return request.redirect("/payment/status")

    @http.route(_ipn_url, methods=["POST"], csrf=False, save_session=False, **_ROUTE)
    def jazzcash_ipn(self):
        """Take over a notification, and sign the answer; what is not JazzCash's is answered all alike."""
        fields = message.clean(request.httprequest.form.to_dict() or self._read_json())
        transaction = self._find(fields)
        if not transaction or not transaction._jazzcash_receive(fields):
            return request.make_json_response({"pp_ResponseCode": "199", "pp_ResponseMessage": "Not accepted"})
        answer = {"pp_ResponseCode": "000", "pp_ResponseMessage": "Received"}
        salt = transaction.provider_id.jazzcash_integrity_salt
        return request.make_json_response(message.signed(answer, salt))

    @http.route(_wallet_url, methods=["POST"], **_ROUTE)
    def jazzcash_wallet(self):
        """Ask the customer to confirm the payment on the phone; what was typed is neither stored nor logged."""
        form = request.httprequest.form
        mobile, cnic = message.mobile(form.get("mobile")), message.digits(form.get("cnic"))
        transaction = self._find_by_key()
        if not transaction:
            return self._refuse(request.env._("This payment cannot be made any more. Please reload the page."))
        if not mobile or not re.fullmatch(r"\d{6}", cnic):
            return self._refuse(
                request.env._("Enter a mobile number such as 0300 1234567, and the last 6 digits of the CNIC.")
            )
        transaction._jazzcash_pay_by_wallet(mobile, cnic)
        if transaction.state in ("cancel", "error"):
            return self._refuse(transaction.state_message)
        return request.make_json_response({})

    def _find(self, fields):
        """Return the payment that a message names, as superuser: the sender is not signed in."""
        return request.env["payment.transaction"].sudo()._search_by_reference("jazzcash", fields)

    def _find_by_key(self):
        """Return the payment that this browser has begun, nothing if it has not."""
        form = request.httprequest.form
        transaction, key = self._find({"pp_TxnRefNo": form.get("reference", "")}), form.get("access_token", "")
        is_known = transaction and key.isascii()
        if is_known and payment_utils.check_access_token(key, "jazzcash", transaction.id, transaction.reference):
            return transaction
        return None

    def _refuse(self, sentence):
        return request.make_json_response({"error": sentence})

    def _read_json(self):
        try:
            return request.get_json_data()
        except (ValueError, RecursionError):
            return {}
