from odoo import api, fields, models

from ..const import TRIGGER


class ClinicMessageLink(models.Model):
    """The link that asks for feedback is good once, whichever of the messages about a visit it stands in."""

    _inherit = "clinic.message.link"

    purpose = fields.Selection(selection_add=[(TRIGGER, "Feedback")], ondelete={TRIGGER: "cascade"})

    @api.model
    def _expiry(self, message, purpose):
        if purpose == TRIGGER:
            return message._feedback_until()
        return super()._expiry(message, purpose)

    def _is_good(self):
        if not super()._is_good() or self.purpose != TRIGGER:
            return super()._is_good()
        return self.message_id._asks_for_feedback() and not self._feedback()

    @api.model
    def _find_answered(self, token, page_key):
        """Return the link of ``token`` if it was answered from the page with this key, which may be sent again."""
        return self._of_token(token).filtered(
            lambda link: link.purpose == TRIGGER and link._feedback().page_key == page_key
        )

    def _feedback(self):
        """Return the answer about the visit of this link."""
        self.ensure_one()
        return self.env["clinic.feedback"]._of_visit(self.message_id.visit_id, self.message_id.is_trial)
