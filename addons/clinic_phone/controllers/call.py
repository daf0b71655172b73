import re

from odoo import http
from odoo.http import request

from ..models.clinic_call import MOST_NUMBER

# A plus that was not encoded arrives as a space; the code of no country begins with 0.
LOST_PLUS = re.compile(r"^ (?=[1-9])")
# The number is in this one address, and goes nowhere from there.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class CallController(http.Controller):
    @http.route("/clinic/call", type="http", auth="public", methods=["GET"], sitemap=False, save_session=False)
    def call(self, number="", **_kwargs):
        """Open the screen of an incoming call; a telephone system calls this address with the caller's number.

        It changes nothing and tells nothing: the page hands the number over to the web client within the browser, so
        that it stands in no further address, and the web client asks who is not signed in to do so.
        """
        number = LOST_PLUS.sub("+", number) if isinstance(number, str) else ""
        response = request.render("clinic_phone.page_call", {"number": number.strip()[:MOST_NUMBER]})
        response.headers.update(HEADERS)
        return response
