from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class DocumentPortal(CustomerPortal):
    """The documents that a patient is shown."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "clinic_document_count" in counters:
            values["clinic_document_count"] = len(request.env["clinic.document"]._shown_on_portal())
        return values

    @http.route("/my/documents", type="http", auth="user", methods=["GET"], website=True)
    def my_documents(self, **_kwargs):
        """Show the documents that the clinic shares with the patient."""
        values = {
            **self._prepare_portal_layout_values(),
            "documents": request.env["clinic.document"]._shown_on_portal(),
            "page_name": "clinic_documents",
        }
        response = request.render("clinic_document.portal_documents", values)
        response.headers["Cache-Control"] = "no-store"
        return response
