from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PhotoPortal(CustomerPortal):
    """The photos that a patient is shown."""

    def _own_photos(self):
        # Patients have no right to the model: those that were shared with this one are asked for here.
        return (
            request.env["clinic.photo"]
            .sudo()
            .search(
                [("patient_id.partner_id", "=", request.env.user.partner_id.id), ("is_shared", "=", True)],
                order="taken_at desc, id desc",
            )
        )

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "clinic_photo_count" in counters:
            values["clinic_photo_count"] = len(self._own_photos())
        return values

    @http.route("/my/photos", type="http", auth="user", methods=["GET"], website=True)
    def my_photos(self, **_kwargs):
        """Show the patient's own photos, by day."""
        days = {}
        for photo in self._own_photos():
            days.setdefault(photo._local_day(), []).append(photo)
        values = {**self._prepare_portal_layout_values(), "days": list(days.items()), "page_name": "clinic_photos"}
        response = request.render("clinic_photo.portal_photos", values)
        response.headers["Cache-Control"] = "no-store"
        return response
