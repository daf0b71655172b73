from odoo import api, fields, models

from ..const import ASKED, LATE, LINK, OVER, REFUND, REMINDER, TIMED


def _by_hand(kinds):
    """What asks for money is sent no more by itself; its messages keep it as their kind."""
    kinds.write({"trigger": "manual", "active": False})


class ClinicMessageKind(models.Model):
    _inherit = "clinic.message.kind"

    trigger = fields.Selection(
        selection_add=[
            (ASKED, "A deposit is asked for"),
            (REMINDER, "A deposit is due soon"),
            (OVER, "A deposit was not paid in time"),
            (LATE, "Money came too late"),
            (LINK, "A payment link is sent"),
            (REFUND, "Money was paid back"),
            ("manual",),
        ],
        ondelete=dict.fromkeys((ASKED, REMINDER, OVER, LATE, LINK, REFUND), _by_hand),
    )

    @api.model
    def _timed(self):
        return (*super()._timed(), *TIMED)
