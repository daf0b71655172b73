from odoo import api, fields, models
from odoo.fields import Domain

from .clinic_expiry_notice import THRESHOLDS


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.model
    def _alert_date_exceeded(self):
        """Leave the lots of clinic items that expire soon to the expiry notices, which tell the branch's buyer.

        An alert that is set for an earlier day than those is still Odoo's own, to the product's responsible.
        """
        now = fields.Datetime.now()
        self.search(
            Domain("product_id.clinic_item", "=", True)
            & Domain("product_expiry_reminded", "=", False)
            & Domain("alert_date", "<=", now)
            & Domain("expiration_date", "<=", fields.Datetime.add(now, days=max(THRESHOLDS)))
        ).product_expiry_reminded = True
        return super()._alert_date_exceeded()
