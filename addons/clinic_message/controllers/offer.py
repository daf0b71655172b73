from odoo import fields, http
from odoo.http import request

from .pages import MessagePages
from .wrong import Wrong


class OfferPages(MessagePages):
    """The page behind the link of a time that has become free: the patient takes it, or leaves it to the next."""

    @http.route("/c/<string:token>/take", type="http", auth="public", methods=["POST"], sitemap=False)
    def take(self, token, start=None, **_kwargs):
        """Book the time that the page has shown."""
        wrong, link = Wrong(), self._find(token, "offer")
        entry = self._entry(link)
        if not entry:
            return self._gone(wrong)
        state = entry._patient_takes(self._shown(link, start))
        if state == "held" and (path := entry._payment_path()):
            return self._no_store(request.redirect(path, 303))
        return self._offer_page(link, token, state)

    @http.route("/c/<string:token>/decline", type="http", auth="public", methods=["POST"], sitemap=False)
    def decline(self, token, start=None, **_kwargs):
        """Leave the time that the page has shown to the next."""
        wrong, link = Wrong(), self._find(token, "offer")
        entry = self._entry(link)
        if not entry:
            return self._gone(wrong)
        return self._offer_page(link, token, entry._patient_declines(self._shown(link, start)))

    def _show(self, link, token):
        if link.purpose != "offer":
            return super()._show(link, token)
        entry = self._entry(link)
        if not entry:
            # It was taken off the list altogether.
            return self._gone(Wrong())
        state = entry._offer_state(link.message_id.visit_start)
        if state == "open" and not entry._is_still_free():
            state = "taken"
        return self._offer_page(link, token, state)

    def _entry(self, link):
        """Return the waitlist entry of ``link`` as superuser: who has the link acts for the patient."""
        entry = link.message_id.waitlist_id
        return entry.with_context(allowed_company_ids=entry.company_id.ids)

    def _shown(self, link, start):
        """Return the time of ``link`` if the page has shown this one, else None."""
        moment = link.message_id.visit_start
        return moment if start == fields.Datetime.to_string(moment) else None

    def _offer_page(self, link, token, state):
        """Return the page of the offer of ``link``, of which ``state`` is what has become."""
        message, entry = link.message_id, self._entry(link)
        queue = request.env["clinic.message"].sudo()
        texts = queue._prepare_moment_values(entry, message.visit_start, request.env.lang)
        branch = entry.company_id
        until = branch._clinic_moment_text(entry.offered_until) if state == "open" else ""
        return self._page(
            "clinic_message.page_offer",
            link,
            token,
            state=state,
            texts=texts,
            who=entry.offered_practitioner_id.name if state == "open" else "",
            until=until,
            start=fields.Datetime.to_string(message.visit_start),
            payment=entry._payment_path() if state == "held" else "",
        )
