from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.clinic.door import MOST_ID

from .base import HEADERS, PortalBase, of_patient
from .visits import ROUTE

# Odoo's report of invoices.
PRINTED = "account.account_invoices"


class PortalMoney(PortalBase, http.Controller):
    """What a patient was charged, and how it is paid."""

    @http.route("/my/clinic/<int:patient_id>/invoices", methods=["GET"], **ROUTE)
    @of_patient
    def invoices(self, patient, **_kwargs):
        """Show the invoices and credit notes, and what is still to be paid."""
        return self._page("clinic_portal.page_money", patient, "money", **self._facts(patient)._prepare_money(patient))

    @http.route("/my/clinic/<int:patient_id>/invoices/<int:invoice_id>.pdf", methods=["GET"], **ROUTE)
    @of_patient
    def invoice(self, patient, invoice_id, **_kwargs):
        """Send the PDF of an invoice."""
        of_id = [("id", "=", invoice_id if invoice_id <= MOST_ID else 0)]
        invoice = self._facts(patient)._invoices(patient, of_id)
        if not invoice:
            return None
        stored = invoice.invoice_pdf_report_id
        # As the desk prints it; Odoo's own way without a stored file calls it a proforma invoice.
        content = stored.raw or invoice.env["ir.actions.report"]._render_qweb_pdf(PRINTED, invoice.ids)[0]
        headers = {
            **HEADERS,
            "Content-Type": "application/pdf",
            "Content-Length": str(len(content)),
            "Content-Disposition": content_disposition(stored.name or invoice._get_invoice_report_filename()),
        }
        return request.make_response(content, headers=list(headers.items()))

    @http.route("/my/clinic/<int:patient_id>/pay/<int:visit_id>", methods=["POST"], **ROUTE)
    @of_patient
    def pay(self, patient, visit_id, **_kwargs):
        """Lead to the page on which what a visit owes is paid."""
        visit = self._visit(patient, visit_id)
        if not visit:
            return None
        link = patient.env["clinic.payment.link"]._of(visit)
        if not link:
            self._notify(request.env._("Nothing is to be paid for this visit."))
            return self._go(f"/my/clinic/{patient.id}/invoices")
        address = link._address()
        return self._go(address[address.index("/clinic/pay/") :])
