from odoo import api, fields, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..const import TRIGGER


def _by_hand(kinds):
    """What has asked for feedback is sent no more by itself; its messages keep it as their kind."""
    kinds.write({"trigger": "manual", "active": False})


class ClinicMessageKind(models.Model):
    _inherit = "clinic.message.kind"

    trigger = fields.Selection(
        selection_add=[(TRIGGER, "Feedback after a visit"), ("manual",)], ondelete={TRIGGER: _by_hand}
    )

    _feedback_has_its_purpose = models.Constraint(
        "CHECK (trigger != 'feedback' OR purpose = 'feedback')",
        "What asks for feedback has the purpose “Asking how it was”: who wants it no more still gets aftercare.",
    )

    @api.constrains("trigger")
    def _check_texts_ask(self):
        """A kind whose texts have the link to the question goes on asking for feedback."""
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):
            self.template_ids._check_who_is_asked()

    @api.model
    def _timed(self):
        return (*super()._timed(), TRIGGER)
