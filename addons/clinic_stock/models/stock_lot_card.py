from odoo import models


class StockLot(models.Model):
    """What can be opened from a lot."""

    _inherit = "stock.lot"

    def action_open_stock_card(self):
        """Open the stock card of this lot."""
        self.ensure_one()
        return self.env["clinic.stock.card"]._action_for(self, [("lot_id", "=", self.id)])
