from odoo import http
from odoo.http import request

from odoo.addons.clinic_portal.controllers.base import HEADERS, PortalBase, of_patient
from odoo.addons.clinic_portal.controllers.visits import ROUTE


class PortalSummary(PortalBase, http.Controller):
    """The medical summary that a practitioner has released."""

    @http.route("/my/clinic/<int:patient_id>/summary", methods=["GET"], **ROUTE)
    @of_patient
    def summary(self, patient, **_kwargs):
        """Show it, if the clinic permits it and one is released; else there is no such page."""
        found = self._summary(patient, "open")
        moment = found and found.company_id._clinic_patient_moment_text(found.released_at)
        return found and self._page(
            "clinic_portal_record.page_summary", patient, "profile", summary=found, moment=moment
        )

    @http.route("/my/clinic/<int:patient_id>/summary.pdf", methods=["GET"], **ROUTE)
    @of_patient
    def summary_pdf(self, patient, **_kwargs):
        """Send it to be printed."""
        found = self._summary(patient, "print")
        if not found:
            return None
        reports = patient.env["ir.actions.report"]
        content, _type = reports._render_qweb_pdf("clinic_portal_record.action_report_summary", found.ids)
        headers = {
            **HEADERS,
            "Content-Type": "application/pdf",
            "Content-Length": str(len(content)),
            # A neutral name: it stays in the browser's downloads.
            "Content-Disposition": 'attachment; filename="my-summary.pdf"',
        }
        return request.make_response(content, headers=list(headers.items()))

    def _summary(self, patient, action):
        """Return what is released for ``patient``, and have it stand in the log; None where there is nothing."""
        found = patient.env["clinic.summary"]._shown_to(patient)
        if not found:
            return None
        patient.env["clinic.access.log"].with_user(request.env.user)._log(patient, action, model="clinic.summary")
        return found
