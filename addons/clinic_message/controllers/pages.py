from odoo import fields, http
from odoo.http import request

from ..const import AUTOMATIC
from .wrong import Wrong


class MessagePages(http.Controller):
    """The pages behind the links in messages: what a patient does with one visit, without signing in.

    To open one changes nothing, since mail programs open links before people do.
    """

    @http.route("/c/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def show(self, token, **_kwargs):
        """Show the visit, or the question whether no more messages are wanted."""
        wrong, link = Wrong(), self._find(token)
        return self._show(link, token) if link else self._gone(wrong)

    @http.route("/c/<string:token>/confirm", type="http", auth="public", methods=["POST"], sitemap=False)
    def confirm(self, token, start=None, **_kwargs):
        """Note that the patient comes at the time that the page has shown."""
        wrong, link = Wrong(), self._find(token, "link")
        if not link:
            return self._gone(wrong)
        visit = self._visit(link)
        shown = fields.Datetime.to_string(visit.start)
        confirmed = start == shown and visit._patient_confirms(visit.start)
        return self._visit_page(link, token, done="confirmed" if confirmed else "changed")

    @http.route("/c/<string:token>/cancel", type="http", auth="public", methods=["POST"], sitemap=False)
    def cancel(self, token, **_kwargs):
        """Cancel the visit."""
        wrong, link = Wrong(), self._find(token, "link")
        if not link:
            return self._gone(wrong)
        return self._visit_page(link, token, done="cancelled" if self._visit(link)._patient_cancels() else "too_late")

    @http.route("/c/<string:token>/move", type="http", auth="public", methods=["POST"], sitemap=False)
    def move(self, token, start=None, **_kwargs):
        """Show the free times, or move to the one that was chosen."""
        wrong, link = Wrong(), self._find(token, "link")
        if not link:
            return self._gone(wrong)
        visit = self._visit(link)
        if isinstance(start, str) and start:
            moved = visit._patient_moves(start)
            if moved:
                return self._visit_page(link, token, done="moved")
        times = visit._patient_times()
        if not times:
            return self._visit_page(link, token, done="too_late" if not visit._patient_may_change() else "no_times")
        return self._page("clinic_message.page_times", link, token, times=times, is_taken=bool(start))

    @http.route("/c/<string:token>/stop", type="http", auth="public", methods=["POST"], sitemap=False)
    def stop(self, token, **_kwargs):
        """Note that the patient wants no more such messages."""
        wrong, link = Wrong(), self._find(token, "stop")
        if not link:
            return self._gone(wrong)
        message = link.message_id
        purposes = message._stops()
        patient, consents = message.patient_id._kept(), request.env["clinic.message.consent"]
        # No more such messages means by no way.
        for channel, _label in AUTOMATIC:
            consents._withdraw(patient, channel, "link", purposes=purposes)
        message._drop_unwanted()
        return self._page("clinic_message.page_stop", link, token, done=True)

    def _show(self, link, token):
        """Return the page of ``link``, by its purpose; other addons add theirs."""
        if link.purpose == "stop":
            return self._page("clinic_message.page_stop", link, token)
        return self._visit_page(link, token) if link.message_id.visit_id else self._gone(Wrong())

    # -- what they share ----------------------------------------------------------------------------------------------

    def _find(self, token, purpose=None):
        """Return the link of ``token``, as superuser, if it is good for ``purpose``; speak the patient's language."""
        link = request.env["clinic.message.link"]._find(token)
        if purpose and link.purpose != purpose:
            return link.browse()
        if link:
            lang = request.env["res.lang"]._get_code(link.message_id.lang) or request.env.lang
            request.update_context(lang=lang)
            link = link.with_context(lang=lang)
        return link

    def _visit(self, link):
        """Return the visit of ``link`` as superuser: who has the link acts for the patient."""
        visit = link.message_id.visit_id
        return visit.with_context(allowed_company_ids=visit.company_id.ids)

    def _visit_page(self, link, token, done=None):
        visit = self._visit(link)
        state = "past" if visit.state == "booked" and visit.start <= fields.Datetime.now() else visit.state
        return self._page("clinic_message.page_visit", link, token, state=state, done=done)

    def _page(self, template, link, token, **values):
        """Render a page of the visit's branch; nothing on it says what is done."""
        message, visit = link.message_id, self._visit(link)
        branch = (visit or message).company_id
        texts = request.env["clinic.message"].sudo()._prepare_values(visit, message.lang) if visit else {}
        values = {
            "token": token,
            "texts": texts,
            "branch": branch,
            "may_change": visit and visit._patient_may_change(),
            "is_confirmed": bool(visit and visit._is_confirmed()),
            "start": visit and fields.Datetime.to_string(visit.start),
            "done": False,
            **values,
        }
        return self._no_store(request.render(template, values))

    def _gone(self, wrong):
        """Answer in the same way to links that have expired, were used up, or never were; slow down who guesses."""
        is_much = wrong.note()
        response = request.render("clinic_message.page_gone", {"is_much": is_much}, status=429 if is_much else 404)
        return self._no_store(wrong.retry_later(response) if is_much else response)

    def _no_store(self, response):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
