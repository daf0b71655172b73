from odoo import models

from .clinic_board_mixin import CHANNEL


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Give those who may read visits the boards of their branches; nobody gets more by asking for it."""
        wanted = [channel for channel in channels if channel != CHANNEL]
        if len(wanted) < len(channels) and self.env["clinic.visit"].has_access("read"):
            wanted.extend((company, CHANNEL) for company in self.env.user.company_ids)
        return super()._build_bus_channel_list(wanted)
