from odoo import models


class StockMove(models.Model):
    """What the stock card looks for."""

    _inherit = "stock.move"

    # Counts are few among all moves, and looked for by themselves.
    _clinic_count_index = models.Index("(product_id) WHERE is_inventory IS TRUE")
