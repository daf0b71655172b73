import secrets

from babel.dates import format_date

from odoo import http
from odoo.http import request

from odoo.addons.clinic.call_door import read_json
from odoo.addons.clinic_consent.const import LANGUAGES, MOST_BODY
from odoo.addons.clinic_consent.controllers.public import Wrong, answer, page
from odoo.addons.clinic_consent.controllers.sign import SignController
from odoo.addons.clinic_consent.words import words
from odoo.addons.clinic_message.controllers.staff import is_staff

from ..words import section


class IntakePages(SignController):
    """Behind the link by which a patient signs, the intakes come first."""

    @http.route(
        "/clinic/sign/<string:token>/draft", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False
    )
    def keep(self, token, **_kwargs):
        """Keep what is filled in so far; the link itself proves who asks."""
        wrong = Wrong()
        if is_staff():
            return answer(403, code="staff")
        found = self._find(token)
        if not found:
            return wrong.answer()
        if (request.httprequest.content_length or MOST_BODY + 1) > MOST_BODY:
            return answer(413, kept=False)
        try:
            data = read_json(request.httprequest.get_data(as_text=True))
        except ValueError:
            data = None
        is_kept = isinstance(data, dict) and found._keep_draft(data)
        return answer(200 if is_kept else 422, kept=bool(is_kept))

    def _show_next(self, found, lang):
        form = found._intakes_due()[:1]
        if not form:
            return super()._show_next(found, lang)
        return page("clinic_intake.page_intake", **self._prepare_intake(found, form, lang))

    def _prepare_intake(self, found, form, lang):
        version = form._published()
        asked = lang if isinstance(lang, str) else None
        spoken = version._lang(asked, (found.patient_id.lang or "")[:2])
        draft = request.env["clinic.intake.draft"]._of(found, form)
        earlier = found._earlier_intake(form)
        may_confirm = found._may_confirm(form)
        names = dict(LANGUAGES)
        return {
            **self._prepare_frame(found, spoken),
            "lang": spoken,
            "version": version,
            "title": words(spoken)["intake"],
            "languages": [(code, names[code]) for code in version._langs()],
            "sections": self._prepare_questions(version, found.patient_id, spoken),
            "answers": (draft.answers or {}) if draft else (earlier.answers or {}) if earlier else {},
            "is_begun": bool(draft),
            "may_confirm": may_confirm,
            # In the page's language, whether or not this server has it.
            "since": format_date(earlier.sent_on, "d MMMM y", locale=spoken) if earlier else "",
            "told": self._prepare_told(earlier, version, spoken) if may_confirm else [],
            "relations": found._relations(),
            "guardian": found.guardian_id.name,
            "page_key": secrets.token_urlsafe(12),
            "may_skip": not form.mandatory,
        }

    def _prepare_questions(self, version, patient, lang):
        """Return [(heading, [{"question", "label", "choices"}])] in the order of the questions."""
        sections = []
        for question in version.question_ids._asked_of(patient):
            label, choices = question._said(lang)
            if not sections or sections[-1][0] != question.section:
                sections.append((question.section, section(lang, question.section), []))
            sections[-1][2].append({"question": question, "label": label, "choices": choices})
        return [(heading, questions) for _name, heading, questions in sections]

    def _prepare_told(self, earlier, version, lang):
        """Return [(question, answer)] of the earlier answers, in the words of the present questions."""
        said, told = words(lang), []
        answers = earlier.answers or {}
        for question in version.question_ids._asked_of(earlier.patient_id):
            given = answers.get(question.code)
            if given:
                text = question._spoken_answer(given, lang) or said.get(given, given)
                told.append((question._said(lang)[0], text))
        return told
