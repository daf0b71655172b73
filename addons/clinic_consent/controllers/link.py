from odoo import http
from odoo.http import request

from odoo.addons.clinic_message.controllers.pages import MessagePages
from odoo.addons.clinic_message.controllers.staff import is_staff

from .public import Wrong, browser_lang, page


class ConsentPages(MessagePages):
    """The page behind the link in a message leads on to what is to be signed before the visit."""

    @http.route("/c/<string:token>/consents", type="http", auth="public", methods=["POST"], sitemap=False)
    def consents(self, token, **_kwargs):
        """Lead the patient to the page on which the visit's consents are signed."""
        wrong, link = Wrong(), self._find(token, "link")
        if not link:
            return self._gone(wrong)
        if is_staff():
            return page("clinic_consent.page_gone", browser_lang(), 403, key="staff", is_kiosk=False)
        visit = self._visit(link)
        requests = request.env["clinic.consent.request"]
        # Who has been forwarded the link does not break off what the patient is signing at the clinic.
        if not visit._has_pages_due() or requests._is_read_at_the_desk(visit):
            return self._visit_page(link, token)
        _request, address = requests._hand_over(visit, "link")
        return request.redirect(address[address.index("/clinic/sign/") :])

    def _page(self, template, link, token, **values):
        if template == "clinic_message.page_visit":
            visit = self._visit(link)
            values["has_consents"] = bool(visit and visit.state == "booked" and visit._has_pages_due())
        return super()._page(template, link, token, **values)
