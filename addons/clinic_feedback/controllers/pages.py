import secrets

from odoo import http
from odoo.http import request

from odoo.addons.clinic_message.controllers.pages import MessagePages
from odoo.addons.clinic_message.controllers.staff import is_staff
from odoo.addons.clinic_message.controllers.wrong import Wrong

from ..const import MOST_COMMENT, MOST_FORM, SCORES, SEGMENTS, TRIGGER, segment

# What the page's own key looks like: 16 characters of base64.
KEY_BYTES, MOST_KEY = 12, 40


class FeedbackPages(MessagePages):
    """The page behind the link that asks how it was. To open it answers nothing: mail programs open links, too."""

    @http.route(
        "/c/<string:token>/feedback",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=MOST_FORM,
    )
    def feedback(self, token, score=None, comment=None, wants_contact=None, page_key=None, **_kwargs):
        """Store the answer, once; a page that is sent again is thanked again."""
        wrong, link = Wrong(), self._find(token, TRIGGER)
        page_key = page_key if isinstance(page_key, str) and 0 < len(page_key) <= MOST_KEY else None
        if not link:
            sent_again = page_key and request.env["clinic.message.link"]._find_answered(token, page_key)
            return self._thanks(self._spoken(sent_again), token) if sent_again else self._gone(wrong)
        link = self._spoken(link)
        if is_staff():
            return self._staff(link, token)
        given = {
            "score": int(score) if score in map(str, SCORES) else None,
            "comment": _clean(comment) if isinstance(comment, str) else "",
            "wants_contact": bool(wants_contact),
        }
        if given["score"] is None or len(given["comment"]) > MOST_COMMENT:
            return self._ask(link, token, status=422, **{**given, "comment": given["comment"][:MOST_COMMENT]})
        stored = link.env["clinic.feedback"]._store(
            link.message_id, {**given, "comment": given["comment"] or False, "page_key": page_key}
        )
        if not stored:
            return self._page("clinic_feedback.page_told", link, token)
        return self._thanks(link, token)

    def _show(self, link, token):
        if link.purpose == TRIGGER:
            link = self._spoken(link)
            return self._staff(link, token) if is_staff() else self._ask(link, token)
        return super()._show(link, token)

    def _ask(self, link, token, status=200, **given):
        """Return the page with the questions, and what was typed already."""
        response = self._page(
            "clinic_feedback.page_ask",
            link,
            token,
            questions=link.env["clinic.feedback.question"]._texts(),
            scores=[(score, segment(score)) for score in SCORES],
            segments=[key for key, _label in SEGMENTS],
            page_key=secrets.token_urlsafe(KEY_BYTES),
            most=MOST_COMMENT,
            given=given,
        )
        response.status_code = status
        return response

    def _staff(self, link, token):
        """Return the page for somebody of the staff: nobody answers for a patient."""
        response = self._page("clinic_feedback.page_staff", link, token)
        response.status_code = 403
        return response

    def _thanks(self, link, token):
        """Return the page after the answer: the same for everybody, whatever the answer was."""
        branch = self._visit(link).company_id
        return self._page("clinic_feedback.page_thanks", link, token, review_url=branch.clinic_feedback_review_url)

    def _spoken(self, link):
        """Return ``link`` in the patient's own language: the page knows more of them than the message's texts."""
        lang = request.env["res.lang"]._get_code(link.message_id.patient_id.lang or "") or request.env.lang
        request.update_context(lang=lang)
        return link.with_context(lang=lang)


def _clean(comment):
    """Return ``comment`` as it is measured and stored: browsers send two characters for each end of a line."""
    return comment.replace("\0", "").replace("\r\n", "\n").strip()
