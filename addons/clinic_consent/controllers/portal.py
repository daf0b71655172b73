from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from .document import send_document


class ConsentPortal(CustomerPortal):
    """What a patient has signed, and has still to sign: the own, and that of minors in one's care."""

    def _own_consents(self):
        patients = request.env.user._clinic_portal_patients().with_context(active_test=False)
        # Patients have no right to the model: theirs are asked for here.
        domain = [("patient_id", "in", (patients | patients.merged_from_ids).ids)]
        return request.env["clinic.consent"].sudo().search(domain)

    def _own_visits(self):
        """Return the coming visits for which something is to be signed."""
        visits = request.env["clinic.visit"].sudo()
        # A minor does not sign: a guardian does.
        user = request.env.user
        patients = user._clinic_portal_patients().filtered(lambda one: one._is_signed_by(user.partner_id))
        domain = [("patient_id", "in", patients.ids), ("state", "in", ("booked", "arrived"))]
        return visits.search(domain, order="start", limit=20).filtered("has_consents_due")

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "clinic_consent_count" in counters:
            values["clinic_consent_count"] = len(self._own_consents()) + len(self._own_visits())
        return values

    @http.route("/my/consents", type="http", auth="user", methods=["GET"], website=True)
    def my_consents(self, **_kwargs):
        """Show what was signed, and what is to be signed before the next visits."""
        values = {
            **self._prepare_portal_layout_values(),
            "consents": self._own_consents(),
            "visits": self._own_visits(),
            "page_name": "clinic_consents",
        }
        response = request.render("clinic_consent.portal_consents", values)
        response.headers["Cache-Control"] = "no-store"
        return response

    @http.route("/my/consents/<string:uuid>.pdf", type="http", auth="user", methods=["GET"])
    def my_document(self, uuid, **_kwargs):
        """Send the PDF of one of the own consents."""
        consent = self._own_consents().filtered(lambda consent: consent.uuid == uuid)
        if not consent:
            raise NotFound()
        request.env["clinic.access.log"]._log(consent.patient_id, "open", model="clinic.consent")
        return send_document(consent)

    @http.route("/my/consents/sign/<int:visit_id>", type="http", auth="user", methods=["POST"])
    def my_signing(self, visit_id, **_kwargs):
        """Lead to the page on which the consents of one of the own visits are signed."""
        visit = self._own_visits().filtered(lambda visit: visit.id == visit_id)
        if not visit:
            raise NotFound()
        partner = request.env.user.partner_id
        guardian = partner if partner != visit.patient_id.partner_id else None
        _request, address = request.env["clinic.consent.request"]._hand_over(visit, "portal", guardian=guardian)
        return request.redirect(address[address.index("/clinic/sign/") :])
