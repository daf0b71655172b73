from datetime import timedelta
from urllib.parse import urlsplit

from lxml import html

from odoo import api, models
from odoo.http import request
from odoo.tools import hash_sign, verify_hash_signed

LEAVE_ROUTE = "/clinic/payment/leave"
SCOPE = "clinic_signin_payment.leave"
# A payment page that was left open for longer begins again.
VALID_FOR = timedelta(hours=1)
SECURE = {"http": 80, "https": 443}


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _get_processing_values(self):
        """Have a form that leads to another site go there by our page, which may send it.

        The form is made only once, as most providers begin a payment with it; so it goes along, and signed, as the page
        shows what it is given.
        """
        values = super()._get_processing_values()
        form = values.get("redirect_form_html")
        if form and self._clinic_leads_away(form):
            signed = hash_sign(self.env(su=True), SCOPE, [str(form), self.env.lang], expiration=VALID_FOR)
            words = {"route": LEAVE_ROUTE, "signed": signed}
            values["redirect_form_html"] = self.env["ir.qweb"]._render("clinic_signin_payment.redirect_form", words)
        return values

    def _clinic_leads_away(self, form):
        """Return whether the page with ``form`` may not send it by itself."""
        action = html.fragment_fromstring(str(form), create_parent=True).xpath("string(//form/@action)").strip()
        # As browsers read it.
        target = _origin(action.replace("\\", "/"))
        here = request.httprequest.host_url if request else self.provider_id.get_base_url()
        return bool(target) and target != _origin(here)

    @api.model
    def _clinic_signed_form(self, signed):
        """Return (the form, its language) that was ``signed`` for a payment page, or None."""
        try:
            return verify_hash_signed(self.env(su=True), SCOPE, signed)
        except ValueError:
            # It is no such thing at all.
            return None


def _origin(address):
    """Return (scheme, host, port) of an address; None of one without a host, which leads nowhere else.

    >>> _origin("https://Pay.example/a?b=c"), _origin("http://127.0.0.1:8069/")
    (('https', 'pay.example', 443), ('http', '127.0.0.1', 8069))
    >>> _origin("/payment/custom/process"), _origin("dummy"), _origin("//["), _origin("http://x:y")
    (None, None, None, None)
    """
    try:
        parts = urlsplit(address)
        return (parts.scheme, parts.hostname, parts.port or SECURE.get(parts.scheme)) if parts.hostname else None
    except ValueError:
        return None
