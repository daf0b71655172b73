from odoo import api, fields, models

from odoo.addons.clinic_message.models.clinic_message import HIDDEN_LINK
from odoo.addons.clinic_message.text import fill

from ..const import PLACEHOLDER


class ClinicMessage(models.Model):
    """Messages about no visit, with a link to the patient's own pages."""

    _inherit = "clinic.message"

    def _links(self):
        links = super()._links()
        if f"{{{PLACEHOLDER}}}" in f"{self.subject or ''}{self.body or ''}":
            # A link by which one signs up is written the moment it is sent, and stored nowhere.
            links[PLACEHOLDER] = self.patient_id._kept()._portal_address()
        return links

    @api.model
    def _hidden_links(self):
        return {**super()._hidden_links(), PLACEHOLDER: HIDDEN_LINK}

    @api.model
    def _prepare_portal_message(self, kind, patient, channel, key, words):
        """Return the values of a message of ``kind`` to ``patient`` about no visit; one that cannot go says why."""
        branch = patient.branch_id or self.env.company
        # Where a message is about a visit, its branch is asked for: here it is the patient's.
        about = self.new({"company_id": branch.id})
        address, obstacle = self._obstacle(kind, about, patient, channel, words)
        template = self.env["clinic.message.template"]._find(kind, channel, patient.lang)
        values = self._prepare_portal_values(patient, branch)
        return {
            "key": f"{key}:{channel}",
            "is_trial": self._is_trial(),
            "kind_id": kind.id,
            "purpose": kind.purpose,
            "channel": channel,
            "recipient": "patient",
            "patient_id": patient.id,
            "company_id": branch.id,
            "address": address or False,
            "lang": template.lang or patient.lang,
            "subject": fill(template.subject, values) if channel == "email" else False,
            "body": fill(template.body, values),
            "state": "failed" if obstacle else "queued",
            "reason": obstacle,
            "send_at": fields.Datetime.now(),
            "user_id": self.env.uid,
        }

    def _values(self):
        if self.visit_id or not (self.kind_id.code or "").startswith("portal_"):
            return super()._values()
        return {**self._prepare_portal_values(self.patient_id, self.company_id), **self._links()}

    @api.model
    def _prepare_portal_values(self, patient, branch):
        """Return {placeholder: text} for a message to ``patient`` about no visit; all of it is neutral."""
        return {
            "patient": patient.name,
            "branch": branch.name,
            "phone": branch.phone or "",
            "address": branch.partner_id._clinic_address_line(),
        }
