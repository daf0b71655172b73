from odoo import api, fields, models

from ..const import AGAIN


def _by_hand(kinds):
    """What is offered again is offered no more by itself; its messages keep it as their kind."""
    kinds.write({"trigger": "manual", "active": False})


class ClinicMessageKind(models.Model):
    _inherit = "clinic.message.kind"

    trigger = fields.Selection(
        selection_add=[(AGAIN, "Online booking was left at the payment"), ("manual",)], ondelete={AGAIN: _by_hand}
    )

    @api.model
    def _timed(self):
        return (*super()._timed(), AGAIN)
