from odoo import models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _update_standard_price(self):
        super()._update_standard_price()
        items = self.product_id.filtered(lambda product: product.clinic_item and product.lot_valuated)
        # As Odoo writes the cost of products: anyone who moves goods need not be allowed to edit products.
        items.sudo()._clinic_take_cost_of_lots()
