from odoo import api, models
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.clinic.models.clinic_access_log import ONE_OPENING

from ..const import VARIANTS


class ClinicPhoto(models.Model):
    """Who is shown a picture: asked as the user, before anything else, and written down before a byte goes out."""

    _inherit = "clinic.photo"

    @api.model
    def _served(self, uuid, variant):
        """Return the bytes of a picture; None when there is none that the user may see.

        That somebody looked is in the access log, for good, before this returns.

        :raises: what keeps the log from being written
        """
        if variant not in VARIANTS:
            return None
        photo, purpose = self._visible(uuid, variant)
        if not photo:
            return None
        self._log_view(photo.sudo().patient_id, purpose)
        return self.env["clinic.vault.file"]._open(uuid, variant)

    @api.model
    def _visible(self, uuid, variant):
        """Return the photo if the user may see it, and the kind of reading as which it is logged."""
        if self.has_access("read"):
            photo = self.with_context(active_test=False).search([("uuid", "=", uuid)], limit=1)
            if photo and (photo.active or photo._may_restore()):
                return photo, self._name
        portfolio = self.env["clinic.photo.portfolio"]
        if variant != "original" and (photo := portfolio._permitted_photo(uuid)):
            return photo, portfolio._name
        if variant != "original" and (photo := self._shared_photo(uuid)):
            return photo, self._name
        return self, None

    @api.model
    def _shared_photo(self, uuid):
        """Return the photo if it is one that the user, a patient, is shown on the portal."""
        return self._shown_on_portal(Domain("uuid", "=", uuid))

    @api.model
    def _shown_on_portal(self, domain=Domain.TRUE):
        """Return the photos that the user, a patient, is shown on the portal; other addons show fewer."""
        # Patients have no right to the model: what is shown to them is asked for here alone.
        patients = self.env.user._clinic_portal_patients()
        shared = Domain("patient_id", "in", patients.ids) & Domain("is_shared", "=", True)
        return self.sudo().search(shared & domain, order="taken_at desc, id desc")

    @api.model
    def _log_view(self, patient, name):
        """Write one row for one opening, however many pictures are asked for at once."""
        log = self.env["clinic.access.log"]
        if patient.id in log._just_opened(name, self._address(), ONE_OPENING):
            return
        # One after the other; and each looks again in a transaction that sees what the one before has written.
        with self.env.registry.cursor() as turn:
            turn.execute("SELECT pg_advisory_xact_lock(%s, %s)", [self.env.uid, patient.id])
            with self.env.registry.cursor() as cr:
                now = log.with_env(self.env(cr=cr))
                if patient.id not in now._just_opened(name, self._address(), ONE_OPENING):
                    log._log(patient, "open", model=name)

    @api.model
    def _address(self):
        return request.httprequest.remote_addr if request else None
