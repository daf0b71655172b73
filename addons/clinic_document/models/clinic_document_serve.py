from odoo import api, models
from odoo.fields import Domain

from ..const import VARIANT


class ClinicDocument(models.Model):
    """Who is shown a document: asked as the user, before anything else, and written down before a byte goes out."""

    _inherit = "clinic.document"

    @api.model
    def _served(self, uuid):
        """Return the document and its bytes; (None, None) when there is none that the user may see.

        That somebody opened it is in the access log, for good, before this returns.

        :raises: what keeps the log from being written
        """
        document = self._visible(uuid)
        if not document:
            return None, None
        # That the user may see it was checked.
        document = document.sudo()
        self.env["clinic.photo"]._log_view(document.patient_id, self._name)
        data = self.env["clinic.vault.file"]._open(uuid, VARIANT)
        return (document, data) if data is not None else (None, None)

    @api.model
    def _visible(self, uuid):
        """Return the document if the user may see it."""
        if self.has_access("read"):
            document = self.with_context(active_test=False).search([("uuid", "=", uuid)], limit=1)
            if document and (document.active or document._may_restore()):
                return document
        return self._shown_on_portal(Domain("uuid", "=", uuid))

    @api.model
    def _shown_on_portal(self, domain=Domain.TRUE):
        """Return the documents that the user, a patient, is shown on the portal; other addons show fewer."""
        # Patients have no right to the model: what is shown to them is asked for here alone.
        patients = self.env.user._clinic_portal_patients()
        return self.sudo().search(Domain("patient_id", "in", patients.ids) & Domain("is_shared", "=", True) & domain)
