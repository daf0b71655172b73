from odoo import api, models

from odoo.addons.clinic_message.models.clinic_message import HIDDEN_LINK
from odoo.addons.clinic_message.models.clinic_message_send import CHANGES

from ..const import CODE


class ClinicMessage(models.Model):
    """What is told of online booking, and to whom; its codes, sent at any hour and shown to nobody of the staff."""

    _inherit = "clinic.message"

    @api.model
    def _cron_send(self):
        self.env["clinic.online.code"]._write_waiting()
        return super()._cron_send()

    @api.model
    def _queue(self, kind, visits):
        """What patients book online, and what becomes of it, is told to those whom the branch has chosen as well."""
        queued = super()._queue(kind, visits)
        if kind.code not in CHANGES:
            return queued
        online = visits.filtered("is_booked_online")
        rows = [
            self._prepare_message(kind, visit, recipient, "email", user=user)
            for visit in online
            for recipient, users in visit._told_online().items()
            for user in users
        ]
        return queued | self._enqueue(rows)

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
