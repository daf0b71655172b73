from odoo import http
from odoo.http import request

from odoo.addons.clinic_message.const import AUTOMATIC, PURPOSES

from ..const import MOST_EMAIL, MOST_PHONE
from .base import PortalBase, of_patient
from .visits import ROUTE


class PortalProfile(PortalBase, http.Controller):
    """Contact data, language, what the clinic may write, and who has looked."""

    @http.route("/my/clinic/<int:patient_id>/profile", methods=["GET"], **ROUTE)
    @of_patient
    def profile(self, patient, **_kwargs):
        """Show what the clinic knows of how to reach the patient."""
        return self._profile(patient)

    @http.route("/my/clinic/<int:patient_id>/profile", methods=["POST"], **ROUTE)
    @of_patient
    def ask_change(self, patient, phone=None, email=None, **_kwargs):
        """Ask the clinic for another phone number or email address; nothing changes until somebody there agrees."""
        messages = patient.env["clinic.portal.message"]
        phone, email = (value.strip() if isinstance(value, str) else "" for value in (phone, email))
        problems = messages._contact_problems(phone[: MOST_PHONE + 1], email[: MOST_EMAIL + 1], patient)
        if problems:
            return self._profile(patient, problems=problems, typed={"phone": phone, "email": email}, status=422)
        if messages._is_flood(patient):
            self._notify(request.env._("You have written a lot just now. Please wait for an answer."), "warning")
        elif messages._ask_contact(patient, request.env.user, phone, email):
            self._notify(request.env._("We have your request. It changes once the clinic has looked at it."))
        else:
            self._notify(request.env._("That is what we have already."))
        return self._go(f"/my/clinic/{patient.id}/profile")

    @http.route("/my/clinic/<int:patient_id>/language", methods=["POST"], **ROUTE)
    @of_patient
    def language(self, patient, lang=None, **_kwargs):
        """Speak another language from now on: on these pages, and in messages to the patient."""
        user = request.env.user
        codes = {code for code, _name in request.env["res.lang"].get_installed()}
        if patient.partner_id == user.partner_id and isinstance(lang, str) and lang in codes:
            # The own language is everybody's to choose; it is the login's, and so the contact's.
            user.sudo().lang = lang
            request.session.context = {**request.session.context, "lang": lang}
        return self._go(f"/my/clinic/{patient.id}/profile")

    @http.route("/my/clinic/<int:patient_id>/consents", methods=["POST"], **ROUTE)
    @of_patient
    def consents(self, patient, **values):
        """Note by which channels the patient wants which messages."""
        answers = {
            (channel, purpose): values.get(f"{channel}-{purpose}") == "yes"
            for channel, _label in AUTOMATIC
            for purpose, _label in PURPOSES
        }
        consents = patient.env["clinic.message.consent"]
        if consents._is_flood(patient):
            self._notify(
                request.env._("You have changed this many times today. Please try tomorrow, or call us."), "warning"
            )
        elif consents._say(patient, answers, "portal"):
            self._notify(request.env._("We have noted what you want."))
        return self._go(f"/my/clinic/{patient.id}/profile")

    @http.route("/my/clinic/<int:patient_id>/looks", methods=["GET"], **ROUTE)
    @of_patient
    def looks(self, patient, **_kwargs):
        """Show who has opened the patient's record, and when; nothing of what stands in it."""
        rows = self._facts(patient)._looks(patient, request.env.user)
        return self._page("clinic_portal.page_looks", patient, "profile", rows=rows)

    def _profile(self, patient, status=200, **values):
        consents = patient.env["clinic.message.consent"]
        words = consents._last_words(patient)
        purposes = consents._fields["purpose"]._description_selection(patient.env)
        channels = consents._fields["channel"]._description_selection(patient.env)
        values = {
            "languages": request.env["res.lang"].get_installed(),
            "lang": request.env.user.lang,
            "channels": channels,
            "purposes": purposes,
            "allows": lambda channel, purpose: consents._allows(words, patient, channel, purpose),
            "waiting": patient.env["clinic.portal.message"]._waiting_contact(patient),
            "problems": {},
            "typed": {"phone": patient.phone or "", "email": patient.email or ""},
            **values,
        }
        return self._page("clinic_portal.page_profile", patient, "profile", status=status, **values)
