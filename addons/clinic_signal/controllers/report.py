import secrets

from babel.dates import format_date

from odoo import http
from odoo.http import request

from odoo.addons.clinic.call_door import read_json
from odoo.addons.clinic_consent.const import LANGUAGES
from odoo.addons.clinic_consent.controllers.public import Wrong, answer, browser_lang, page
from odoo.addons.clinic_consent.words import page_lang, words
from odoo.addons.clinic_message.controllers.staff import is_staff

from ..const import MOST_BODY, MOST_WORDS, WHEN
from ..models.clinic_signal_take import NotTaken
from ..words import WORDS


class ReportController(http.Controller):
    """The page on which a patient reports a problem, without signing in: the link itself proves who asks.

    To open it changes nothing, since mail programs open links before people do.
    """

    @http.route("/clinic/report/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def show(self, token, lang=None, **_kwargs):
        """Show what to do in an emergency, and then the questions."""
        wrong = Wrong()
        if is_staff():
            return page("clinic_consent.page_gone", browser_lang(), 403, key="staff", is_kiosk=False)
        link = self._find(token)
        if not link._is_open():
            return wrong.page()
        return page("clinic_signal.page_report", **self._prepare_page(link, self._lang(link, lang)))

    @http.route(
        "/clinic/report/<string:token>", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False
    )
    def send(self, token, **_kwargs):
        """Take the report; what came of it is told by nobody but who treats."""
        wrong = Wrong()
        if is_staff():
            return answer(403, code="staff", error=words(browser_lang())["staff"])
        link = self._find(token)
        if not link:
            return wrong.answer()
        data = self._read(link)
        if link.used_at and self._is_known(link, data):
            # The answer to the first try was lost on its way.
            return answer()
        if not link._is_open():
            return wrong.answer()
        lang = self._lang(link, data and data.get("lang"))
        if data is None:
            return self._refuse(lang, "report_changed")
        try:
            request.env["clinic.signal"]._take(link, data)
        except NotTaken as error:
            return self._refuse(lang, error.code)
        return answer()

    @http.route("/clinic/report/thanks", type="http", auth="public", methods=["GET"], sitemap=False)
    def thanks(self, lang=None, **_kwargs):
        """Say that the report has arrived; nothing of anybody is on this page."""
        return page("clinic_signal.page_thanks", page_lang(lang) if isinstance(lang, str) else browser_lang())

    # -- what they share ----------------------------------------------------------------------------------------------

    def _find(self, token):
        """Return the link of ``token``, as superuser, whose holder acts for the patient, within the link's branch."""
        link = request.env["clinic.signal.link"]._find(token)
        return link.with_context(allowed_company_ids=link.company_id.ids)

    def _read(self, link):
        """Return what the page has sent, or None for what no page of ours sends."""
        if (request.httprequest.content_length or MOST_BODY + 1) > MOST_BODY:
            return None
        try:
            data = read_json(request.httprequest.get_data(as_text=True))
        except ValueError:
            return None
        return data if isinstance(data, dict) else None

    def _is_known(self, link, data):
        """Return whether what was sent is the report that was taken by ``link`` already."""
        key = data and data.get("key")
        if not isinstance(key, str) or not key:
            return False
        return bool(link.env["clinic.signal"].search_count([("link_id", "=", link.id), ("page_key", "=", key)]))

    def _lang(self, link, asked=None):
        return page_lang(asked if isinstance(asked, str) else link.patient_id.lang)

    def _refuse(self, lang, code):
        return answer(422, code=code, error=words(lang)[code])

    def _prepare_page(self, link, lang):
        """Return what the page shows; other addons add theirs."""
        branch, said = link.company_id, words(lang)
        procedures = link._procedures()
        symptoms = link.env["clinic.signal.symptom"].search([])
        return {
            "lang": lang,
            "languages": [(code, name) for code, name in LANGUAGES if code in WORDS],
            "branch": branch.name,
            "branch_phone": branch.phone,
            "emergency": branch._clinic_emergency(lang),
            "procedures": [(procedure.id, self._procedure_text(procedure, lang)) for procedure in procedures],
            "symptoms": [(symptom.id, symptom._said(lang)) for symptom in symptoms],
            "first_day": min(self._day(procedure) for procedure in procedures).isoformat(),
            "today": branch._clinic_today().isoformat(),
            "whens": [(when, said[f"report_{when}"]) for when, _label in WHEN],
            "most_words": MOST_WORDS,
            "page_key": secrets.token_urlsafe(12),
        }

    def _day(self, procedure):
        return procedure.company_id._clinic_local(procedure.start).date()

    def _procedure_text(self, procedure, lang):
        """Return a procedure as the patient knows it: the day, and the treatment's name."""
        day = format_date(self._day(procedure), "EEE d MMM", locale=lang)
        codes = [code for code, _name in request.env["res.lang"].get_installed() if code[:2] == lang]
        treatment = procedure.treatment_id.with_context(lang=codes[0]) if codes else procedure.treatment_id
        return f"{day} · {treatment.name}"
