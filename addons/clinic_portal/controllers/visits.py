from odoo import fields, http
from odoo.http import request

from odoo.addons.clinic_website.controllers.base import number

from .base import PortalBase, of_patient

ROUTE = {"type": "http", "auth": "user", "sitemap": False}


class PortalVisits(PortalBase, http.Controller):
    """The visits of a patient. What a patient may do with one is what the link in a message may do."""

    @http.route("/my/clinic/<int:patient_id>/visits", methods=["GET"], **ROUTE)
    @of_patient
    def visits(self, patient, page=None, **_kwargs):
        """Show the visits to come, and those that were."""
        values = self._facts(patient)._prepare_visits(patient, max(number(page), 1))
        return self._page("clinic_portal.page_visits", patient, "visits", **values)

    @http.route("/my/clinic/<int:patient_id>/visits/<int:visit_id>", methods=["GET"], **ROUTE)
    @of_patient
    def visit(self, patient, visit_id, **_kwargs):
        """Show a visit: when, where, with whom, what to bring, and what can be done with it."""
        visit = self._visit(patient, visit_id)
        return self._show(patient, visit) if visit else None

    @http.route("/my/clinic/<int:patient_id>/visits/<int:visit_id>/confirm", methods=["POST"], **ROUTE)
    @of_patient
    def confirm(self, patient, visit_id, start=None, **_kwargs):
        """Note that the patient comes at the time that the page has shown."""
        visit = self._visit(patient, visit_id)
        if not visit:
            return None
        if start == fields.Datetime.to_string(visit.start) and visit._patient_confirms(visit.start):
            self._notify(request.env._("Thank you. We expect you."))
        else:
            self._notify(request.env._("Your visit has changed meanwhile. Please look again."), "warning")
        return self._back(patient, visit)

    @http.route("/my/clinic/<int:patient_id>/visits/<int:visit_id>/cancel", methods=["POST"], **ROUTE)
    @of_patient
    def cancel(self, patient, visit_id, **_kwargs):
        """Cancel the visit."""
        visit = self._visit(patient, visit_id)
        if not visit:
            return None
        if visit._patient_cancels():
            self._notify(request.env._("The visit is cancelled."))
        else:
            self._too_late()
        return self._back(patient, visit)

    @http.route("/my/clinic/<int:patient_id>/visits/<int:visit_id>/move", methods=["GET", "POST"], **ROUTE)
    @of_patient
    def move(self, patient, visit_id, start=None, **_kwargs):
        """Show the free times, or move to the one that was chosen."""
        visit = self._visit(patient, visit_id)
        if not visit:
            return None
        is_chosen = request.httprequest.method == "POST" and isinstance(start, str)
        if is_chosen and visit._patient_moves(start):
            self._notify(request.env._("Your visit has a new time."))
            return self._back(patient, visit)
        times = visit._patient_times()
        if not times:
            if visit._patient_may_change():
                self._notify(request.env._("There is no free time to choose from here. Please call us."), "warning")
            else:
                self._too_late()
            return self._back(patient, visit)
        if is_chosen:
            self._notify(request.env._("That time was just taken. Choose another one."), "warning")
        values = {"row": self._facts(patient)._prepare_visit(visit), "times": times}
        return self._page("clinic_portal.page_times", patient, "visits", **values)

    def _show(self, patient, visit):
        row = self._facts(patient)._prepare_visit(visit)
        return self._page("clinic_portal.page_visit", patient, "visits", row=row)

    def _too_late(self):
        self._notify(request.env._("This cannot be changed here any more. Please call us."), "warning")

    def _back(self, patient, visit):
        return self._go(f"/my/clinic/{patient.id}/visits/{visit.id}")
