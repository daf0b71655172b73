from odoo import http
from odoo.http import request

from odoo.addons.clinic_website.controllers.base import number

from .base import PortalBase, of_patient
from .visits import ROUTE

# The latest ones; nobody has that many.
MOST = 50


class PortalDevices(PortalBase, http.Controller):
    """Where the user is signed in; each of these sign-ins can be ended. It is the same on the pages of a child."""

    @http.route("/my/clinic/<int:patient_id>/devices", methods=["GET"], **ROUTE)
    @of_patient
    def devices(self, patient, **_kwargs):
        """Show where the user is signed in."""
        rows = [self._prepare_device(patient, device) for device in self._devices()]
        return self._page("clinic_portal.page_devices", patient, "profile", rows=rows)

    @http.route("/my/clinic/<int:patient_id>/devices", methods=["POST"], **ROUTE)
    @of_patient
    def sign_out(self, patient, device=None, **_kwargs):
        """End the sign-in on one device, or on all others than this one."""
        others = self._devices().filtered(lambda one: not one.is_current)
        if device != "all":
            others = others.filtered(lambda one: one.id == number(device))
        if others:
            others._revoke()
            self._notify(request.env._("Signed out there."))
        return self._go(f"/my/clinic/{patient.id}/devices")

    def _devices(self):
        # The user's own, as Odoo shows them to employees; patients have no right to the list itself.
        return request.env["res.device"].sudo().search([("user_id", "=", request.env.user.id)], limit=MOST)

    def _prepare_device(self, patient, device):
        return {
            "id": device.id,
            "name": device.display_name,
            "is_current": device.is_current,
            "last": self._branch(patient)._clinic_patient_moment_text(device.last_activity),
        }
