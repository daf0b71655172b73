from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

# Of one user's own screen alone: nothing keeps it, guesses what it is, runs it, or shows it on another site.
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class PhotoController(http.Controller):
    """The one way to a picture, and the one way in."""

    @http.route("/clinic/photo/<string:uuid>/<string:variant>", type="http", auth="user", methods=["GET"])
    def show(self, uuid, variant, **_kwargs):
        """Send a picture that the user may see; else there is none."""
        try:
            model = "clinic.photo.export" if variant == "export" else "clinic.photo"
            args = (uuid,) if variant == "export" else (uuid, variant)
            picture = request.env[model]._served(*args)
        except UserError as error:
            # Words instead of a picture: never a blank one.
            headers = {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}
            return request.make_response(str(error), headers=list(headers.items()), status=503)
        if picture is None:
            raise NotFound()
        named = {"Content-Disposition": 'attachment; filename="photos.jpg"'} if variant == "export" else {}
        headers = {**HEADERS, **named, "Content-Type": "image/jpeg", "Content-Length": str(len(picture))}
        return request.make_response(picture, headers=list(headers.items()))

    @http.route("/clinic/photo/upload/<string:key>/<int:number>", type="http", auth="user", methods=["POST"])
    def upload(self, key, number, part=None, **_kwargs):
        """Keep a part of a photo that was announced by ``clinic.photo.upload.begin``."""
        upload = request.env["clinic.photo.upload"]._own(key)
        if not upload or not hasattr(part, "read"):
            raise NotFound()
        try:
            upload._take_part(number, part.read())
        except UserError as error:
            return request.make_json_response({"error": str(error)}, headers=list(HEADERS.items()), status=422)
        return request.make_json_response({"ok": True}, headers=list(HEADERS.items()))
