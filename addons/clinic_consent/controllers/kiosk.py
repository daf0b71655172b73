from odoo import http
from odoo.http import request

from odoo.addons.clinic_message.controllers.staff import is_staff

from .public import KIOSK, Wrong, answer, browser_lang, device, page

YEAR = 365 * 24 * 3600


class KioskController(http.Controller):
    """The neutral page of a tablet of the clinic, which waits for the next page to show."""

    @http.route("/clinic/kiosk", type="http", auth="public", methods=["GET"], sitemap=False)
    def show(self, **_kwargs):
        """Show the page on which a registered tablet waits."""
        if is_staff():
            return page("clinic_consent.page_gone", browser_lang(), 403, key="staff", is_kiosk=False)
        found = device()
        if not found:
            return page("clinic_consent.page_gone", browser_lang(), 404, key="gone", is_kiosk=False)
        values = {
            "branch": found.company_id.name,
            "device": found.name,
            "waits": bool(found._open_request(shown=False)),
        }
        return page("clinic_consent.page_kiosk", browser_lang(), **values)

    @http.route("/clinic/kiosk/next", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def next(self, **_kwargs):
        """Tell the tablet, known by its cookie, whether it shows a page, and whether one waits to be shown."""
        found = device()
        if not found or is_staff():
            return Wrong().answer()
        found._note_seen()
        return answer(shows=bool(found._open_request(shown=True)), waits=bool(found._open_request(shown=False)))

    @http.route("/clinic/kiosk/open", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def open(self, **_kwargs):
        """Lead to the page that waits: for who has the tablet in the hand, and presses; once, and then no more.

        The patient before may still hold it when the next one is handed over: nothing comes up by itself.
        """
        found = device()
        if not found or is_staff():
            return Wrong().page()
        token = found._next_token()
        return request.redirect(f"/clinic/sign/{token}" if token else "/clinic/kiosk")

    @http.route("/clinic/kiosk/register/<string:code>", type="http", auth="public", methods=["GET"], sitemap=False)
    def ask(self, code, **_kwargs):
        """Ask whether this browser becomes a tablet for patients; to look changes nothing."""
        wrong = Wrong()
        found = request.env["clinic.consent.device"]._of_code(code)
        if not found:
            return wrong.page()
        return page("clinic_consent.page_register", browser_lang(), device=found.name, code=code)

    @http.route("/clinic/kiosk/register/<string:code>", type="http", auth="public", methods=["POST"], sitemap=False)
    def register(self, code, **_kwargs):
        """Register this browser and sign out staff who are signed in: a tablet for patients is not theirs."""
        wrong = Wrong()
        found = request.env["clinic.consent.device"]._of_code(code)
        if not found:
            return wrong.page()
        secret = found._enrol()
        request.session.logout(keep_db=True)
        response = request.redirect("/clinic/kiosk")
        is_secure = request.httprequest.scheme == "https"
        response.set_cookie(KIOSK, secret, max_age=YEAR, httponly=True, secure=is_secure, samesite="Strict")
        return response
