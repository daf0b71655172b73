import re

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .public import browser_lang, page

UUID, DIGEST = re.compile(r"[0-9a-f-]{36}"), re.compile(r"[0-9a-f]{64}")
# Of one user's own screen alone.
HEADERS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def send_document(consent):
    """Return the PDF of ``consent``, which the user may read and whose reading is logged; or words, never a blank."""
    try:
        data = request.env["clinic.consent.document"]._of(consent)
    except UserError as error:
        headers = {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}
        return request.make_response(str(error), headers=list(headers.items()), status=503)
    headers = {
        **HEADERS,
        "Content-Type": "application/pdf",
        "Content-Length": str(len(data)),
        "Content-Disposition": f'inline; filename="consent-{consent.id}.pdf"',
    }
    return request.make_response(data, headers=list(headers.items()))


class DocumentController(http.Controller):
    @http.route("/clinic/consent/<string:uuid>.pdf", type="http", auth="user", methods=["GET"])
    def show(self, uuid, **_kwargs):
        """Send the PDF of a consent to who may read it; else there is none."""
        consents = request.env["clinic.consent"]
        may = UUID.fullmatch(uuid) and consents.has_access("read")
        consent = may and consents.search([("uuid", "=", uuid)], limit=1)
        if not consent:
            raise NotFound()
        request.env["clinic.access.log"]._log(consent.sudo().patient_id, "open", model="clinic.consent")
        return send_document(consent)

    @http.route("/clinic/consent/check/<string:digest>", type="http", auth="public", methods=["GET"], sitemap=False)
    def check(self, digest, **_kwargs):
        """Say whether the clinic knows a document with this hash, and no more."""
        # To know a hash one must have had the document: nobody guesses one.
        known = DIGEST.fullmatch(digest) and request.env["clinic.consent"].sudo().search_count(
            [("evidence_hash", "=", digest)]
        )
        return page("clinic_consent.page_check", browser_lang(), known=bool(known))
