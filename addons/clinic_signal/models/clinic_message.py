from odoo import api, fields, models

from odoo.addons.clinic_message.models.clinic_message_queue import LATE

from ..const import PLACEHOLDER


class ClinicMessage(models.Model):
    """The link to report a problem, which says nothing of one."""

    _inherit = "clinic.message"

    def _links(self):
        links = super()._links()
        if f"{{{PLACEHOLDER}}}" in f"{self.subject or ''}{self.body or ''}":
            links[PLACEHOLDER] = self.env["clinic.signal.link"]._of_message(self)
        return links

    @api.model
    def _hidden_links(self):
        return {**super()._hidden_links(), PLACEHOLDER: "(…)"}

    @api.model
    def _expiry(self, kind, start):
        if kind == self.env.ref("clinic_signal.kind_report", raise_if_not_found=False):
            # It is about a visit that is over.
            return fields.Datetime.now() + LATE
        return super()._expiry(kind, start)
