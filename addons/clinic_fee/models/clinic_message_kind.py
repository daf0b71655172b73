from odoo import fields, models

from ..const import FEE


def _by_hand(kinds):
    """What says what was charged is sent no more by itself; its messages keep it as their kind."""
    kinds.write({"trigger": "manual", "active": False})


class ClinicMessageKind(models.Model):
    _inherit = "clinic.message.kind"

    trigger = fields.Selection(selection_add=[(FEE, "A fee was charged"), ("manual",)], ondelete={FEE: _by_hand})
