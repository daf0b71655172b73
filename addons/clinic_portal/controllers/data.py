import json

from odoo import http
from odoo.http import request

from .base import HEADERS, PortalBase, of_patient
from .visits import ROUTE


class PortalData(PortalBase, http.Controller):
    """What the clinic keeps of a patient, as a file to take along."""

    @http.route("/my/clinic/<int:patient_id>/data.json", methods=["GET"], **ROUTE)
    @of_patient
    def as_json(self, patient, **_kwargs):
        """Send the patient's own data for another program."""
        data = self._facts(patient)._own_data(patient)
        patient.env["clinic.access.log"].with_user(request.env.user)._log(patient, "export")
        return self._file(json.dumps(data, ensure_ascii=False, indent=2).encode(), "application/json", "json")

    @http.route("/my/clinic/<int:patient_id>/data.pdf", methods=["GET"], **ROUTE)
    @of_patient
    def as_pdf(self, patient, **_kwargs):
        """Send the patient's own data to read."""
        reports = patient.env["ir.actions.report"]
        content, _type = reports._render_qweb_pdf("clinic_portal.action_report_own_data", patient.ids)
        return self._file(content, "application/pdf", "pdf")

    def _file(self, content, kind, ending):
        headers = {
            **HEADERS,
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            # A neutral name: it stays in the browser's downloads.
            "Content-Disposition": f'attachment; filename="my-data.{ending}"',
        }
        return request.make_response(content, headers=list(headers.items()))
