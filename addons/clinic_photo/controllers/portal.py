from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PhotoPortal(CustomerPortal):
    """The photos that a patient is shown."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "clinic_photo_count" in counters:
            values["clinic_photo_count"] = len(request.env["clinic.photo"]._shown_on_portal())
        return values

    @http.route("/my/photos", type="http", auth="user", methods=["GET"], website=True)
    def my_photos(self, **_kwargs):
        """Show the patient's own photos, by day."""
        days = {}
        for photo in request.env["clinic.photo"]._shown_on_portal():
            days.setdefault(photo._local_day(), []).append(photo)
        values = {**self._prepare_portal_layout_values(), "days": list(days.items()), "page_name": "clinic_photos"}
        response = request.render("clinic_photo.portal_photos", values)
        response.headers["Cache-Control"] = "no-store"
        return response
