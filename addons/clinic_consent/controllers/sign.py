import secrets

from odoo import http
from odoo.http import request

from odoo.addons.clinic.browser import browser_of
from odoo.addons.clinic.call_door import read_json
from odoo.addons.clinic_message.controllers.staff import is_staff

from ..const import MOST_BODY, SCOPES
from ..models.clinic_consent_sign import NotSigned
from ..words import message, page_lang, words
from .public import Wrong, answer, browser_lang, device, page


class SignController(http.Controller):
    """The page on which a patient reads, answers and signs, behind a link that is good for one visit and a while."""

    @http.route("/clinic/sign/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def show(self, token, lang=None, **_kwargs):
        """Show the next text to sign; to look at it changes nothing but that it was opened."""
        wrong = Wrong()
        if is_staff():
            return self._staff()
        found = self._find(token)
        if not found:
            return wrong.page()
        if not found._is_left():
            # Signed another way meanwhile, cancelled, performed: not by who looks here.
            return page("clinic_consent.page_gone", browser_lang(), key="nothing", is_kiosk=bool(device()))
        found._note_opened()
        return self._show_next(found, lang)

    @http.route("/clinic/sign/<string:token>", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def sign(self, token, **_kwargs):
        """Store what was signed, and say whether more is to be signed; the link itself proves who asks."""
        wrong = Wrong()
        if is_staff():
            return answer(403, code="staff", error=words(browser_lang())["staff"])
        found = self._find(token) or self._find(token, is_done=True)
        if not found:
            return wrong.answer()
        if (request.httprequest.content_length or MOST_BODY + 1) > MOST_BODY:
            return self._refuse(found, None, "too_big", 413)
        try:
            data = read_json(request.httprequest.get_data(as_text=True))
        except ValueError:
            data = None
        if not isinstance(data, dict):
            return self._refuse(found, None, "changed", 422)
        if found._has_signed(data):
            # The answer to the first try was lost on its way.
            return answer(next=bool(found._is_open() and found._is_left()))
        if not found._is_open():
            return wrong.answer()
        try:
            found._sign(data, request.httprequest.remote_addr, browser_of(request.httprequest))
        except NotSigned as error:
            return self._refuse(found, data.get("lang"), error.code, 409 if error.code == "gone" else 422)
        if found._is_left():
            return answer(next=True)
        found._finish()
        return answer(next=False)

    @http.route("/clinic/sign/thanks", type="http", auth="public", methods=["GET"], sitemap=False)
    def thanks(self, lang=None, **_kwargs):
        """Say that all is signed; nothing of anybody is on this page."""
        return self._thanks(page_lang(lang) if isinstance(lang, str) else browser_lang())

    def _find(self, token, is_done=False):
        """Return the request of ``token``; that of a tablet is good on that tablet alone."""
        found = request.env["clinic.consent.request"]._find(token, is_done)
        return found.filtered(lambda one: not one.device_id or one.device_id == device())

    def _show_next(self, found, lang):
        """Return the page that stands next in line; other addons put theirs before the consents."""
        return page("clinic_consent.page_sign", **self._prepare_page(found, found._due(), lang))

    def _thanks(self, lang):
        return page("clinic_consent.page_thanks", lang, is_kiosk=bool(device()))

    def _staff(self):
        return page("clinic_consent.page_gone", browser_lang(), 403, key="staff", is_kiosk=False)

    def _refuse(self, found, lang, code, status):
        lang = page_lang(lang if isinstance(lang, str) else found.patient_id.lang)
        return answer(status, code=code, error=message(lang, code))

    def _prepare_page(self, found, due, lang):
        template, procedure = due[0]
        version = found._lang(template, lang if isinstance(lang, str) else None)
        values = version._values_for(found.patient_id, procedure)
        published = template.version_ids.filtered(lambda version: version.state == "published")
        names = dict(version._fields["lang"].selection)
        spoken = version.lang
        return {
            **self._prepare_frame(found, spoken),
            "lang": spoken,
            "title": version._render_title(values),
            "body": version._render_body(values),
            "version": version,
            "procedure": procedure,
            "languages": [(other.lang, names[other.lang]) for other in published.sorted("lang")],
            "scopes": SCOPES if template.kind == "photo" else (),
            "relations": found._relations(),
            "guardian": found.guardian_id.name,
            "reading": found._reading_hash(version, procedure),
            "page_key": secrets.token_urlsafe(12),
            "witness": template.witness,
            "may_skip": not template.mandatory,
        }

    def _prepare_frame(self, found, spoken):
        """Return what stands around each page that a patient goes through."""
        done, left = found._progress()
        return {
            "branch": found.company_id.name,
            "patient": found.patient_id.name,
            "step": words(spoken)["step"].format(number=done + 1, count=done + left),
            "several": done + left > 1,
            "is_kiosk": bool(device()),
            "seconds": max(int((found.expires_at - found.env.cr.now()).total_seconds()), 1),
        }
