from odoo import http
from odoo.http import request

from ..const import MOST_TEXT
from .base import PortalBase, of_patient
from .visits import ROUTE


class PortalMessages(PortalBase, http.Controller):
    """A conversation with the clinic that stays in the clinic's own tables."""

    @http.route("/my/clinic/<int:patient_id>/messages", methods=["GET"], **ROUTE)
    @of_patient
    def messages(self, patient, **_kwargs):
        """Show what was written, and take note that it was read."""
        return self._thread(patient)

    @http.route("/my/clinic/<int:patient_id>/messages", methods=["POST"], **ROUTE)
    @of_patient
    def send(self, patient, text=None, **_kwargs):
        """Send a message to the clinic."""
        messages = patient.env["clinic.portal.message"]
        text = messages._clean(text)
        if not text or len(text) > MOST_TEXT:
            problem = request.env._("Write your message first.")
            if text:
                problem = request.env._("That is too long: at most %s characters.", MOST_TEXT)
            return self._thread(patient, problem=problem, typed=text, status=422)
        if messages._is_flood(patient):
            problem = request.env._("You have written a lot just now. Please wait for an answer, or call us.")
            return self._thread(patient, problem=problem, typed=text, status=429)
        messages._receive(patient, request.env.user, text)
        self._notify(request.env._("Your message has been sent. We will answer here."))
        return self._go(f"/my/clinic/{patient.id}/messages")

    def _thread(self, patient, problem=None, typed="", status=200):
        messages = self._facts(patient)._thread(patient)
        rows = [self._facts(patient)._prepare_message(message) for message in messages]
        messages._read_by_patient()
        values = {"rows": rows, "problem": problem, "typed": typed, "most": MOST_TEXT}
        return self._page("clinic_portal.page_messages", patient, "messages", status=status, **values)
