from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.clinic_photo.controllers.photo import HEADERS

from ..const import MIMES

# Browsers show no PDF in a sandbox, and some show none without a style; it was drawn up again without any script.
PDF_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"}


class DocumentController(http.Controller):
    """The one way to a document, and the one way in."""

    @http.route("/clinic/document/<string:uuid>", type="http", auth="user", methods=["GET"])
    def show(self, uuid, **_kwargs):
        """Send a document that the user may see; else there is none."""
        try:
            document, data = request.env["clinic.document"]._served(uuid)
        except UserError as error:
            # Words instead of a document: never a blank page.
            headers = {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}
            return request.make_response(str(error), headers=list(headers.items()), status=503)
        if document is None:
            raise NotFound()
        headers = {
            **HEADERS,
            **(PDF_HEADERS if document.file_type == "pdf" else {}),
            "Content-Type": MIMES[document.file_type],
            "Content-Length": str(len(data)),
            # A neutral name: it stays in the browser's downloads.
            "Content-Disposition": f'inline; filename="document-{document.id}.{document.file_type}"',
        }
        return request.make_response(data, headers=list(headers.items()))

    @http.route("/clinic/document/upload/<string:key>/<int:number>", type="http", auth="user", methods=["POST"])
    def upload(self, key, number, part=None, **_kwargs):
        """Keep a part of a document that was announced by ``clinic.document.upload.begin``."""
        upload = request.env["clinic.document.upload"]._own(key)
        if not upload or not hasattr(part, "read"):
            raise NotFound()
        try:
            upload._take_part(number, part.read())
        except UserError as error:
            return request.make_json_response({"error": str(error)}, headers=list(HEADERS.items()), status=422)
        return request.make_json_response({"ok": True}, headers=list(HEADERS.items()))
