from odoo import api, models

from odoo.addons.clinic_message.models.clinic_message import HIDDEN_LINK

from ..const import CODE


class ClinicMessage(models.Model):
    """Codes of online booking: sent first, at any hour, and shown to nobody of the staff."""

    _inherit = "clinic.message"

    @api.model
    def _next_due(self):
        """Codes come first, as somebody waits for each; new ones are written between two messages."""
        self.env["clinic.online.code"]._write_waiting()
        codes = [*self._due_domain(), ("kind_id.code", "=", CODE)]
        return self.search(codes, order="id", limit=10).try_lock_for_update(limit=1) or super()._next_due()

    def _quiet_until(self, moment):
        # Somebody sits there and waits for it.
        return None if self.kind_id.code == CODE else super()._quiet_until(moment)

    @api.model
    def _hidden_links(self):
        return {**super()._hidden_links(), "code": HIDDEN_LINK}

    def _links(self):
        links = super()._links()
        if self.kind_id.code == CODE:
            # The outbox alone asks, for the one to whom it is sent.
            code = self.env["clinic.online.code"].sudo().search([("message_id", "=", self.id)], limit=1)
            links["code"] = code._number() if code else ""
        return links
