import secrets

from lxml import html
from markupsafe import Markup

from odoo import http
from odoo.http import request

from ..models.payment_transaction import LEAVE_ROUTE

# The longest form of Odoo's providers is below 3 kB.
MOST_BYTES = 64 * 1024


class Leave(http.Controller):
    @http.route(
        LEAVE_ROUTE,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
        max_content_length=MOST_BYTES,
    )
    def clinic_payment_leave(self, signed="", **_kwargs):
        """Send the browser on to the provider's page by the form that was made for it.

        Its policy says nothing of where forms may go: a provider's page may lead on to a bank's, which some browsers
        count as the form's aim, too. There is no other form here, nor anything that could be one.
        """
        made = request.env["payment.transaction"]._clinic_signed_form(signed)
        if not made:
            return request.redirect("/payment/status")
        form, lang = made
        lang = request.env["res.lang"]._get_data(code=lang or request.env.lang)
        if lang:
            request.update_context(lang=lang.code)
        nonce = secrets.token_urlsafe(16)
        words = {
            "direction": lang.direction or "ltr",
            "form": self._only_form(form),
            "lang": lang.iso_code or "en",
            "nonce": nonce,
        }
        response = request.render("clinic_signin_payment.leave_page", words)
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _only_form(self, text):
        """Return the form of ``text``, which the page's button and script find by its id."""
        [form, *_others] = html.fragment_fromstring(text, create_parent=True).xpath("//form")
        form.set("id", "leave")
        form.tail = None
        return Markup(html.tostring(form, encoding="unicode"))  # noqa: S704 it is signed: we have made it
