from odoo import models


class ProductProduct(models.Model):
    """What can be opened from a variant."""

    _inherit = "product.product"

    def action_open_stock_card(self):
        """Open the stock card of this variant."""
        self.ensure_one()
        return self.env["clinic.stock.card"]._action_for(self, [("product_id", "=", self.id)])
