from odoo import models


class StockMoveLine(models.Model):
    """Where nobody knows the shelf life of an item, the expiry of what comes is asked, not set to today."""

    _inherit = "stock.move.line"

    def _compute_expiration_date(self):
        unknown = self.filtered(
            lambda line: (
                line.product_id.clinic_item
                and not line.product_id.expiration_time
                and not line.lot_id.expiration_date
                and not line.expiration_date
            )
        )
        unknown.expiration_date = False
        return super(StockMoveLine, self - unknown)._compute_expiration_date()
