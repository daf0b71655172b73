from odoo import api, models

from .. import book


class StockScrap(models.Model):
    """What was thrown away stays, with its reason."""

    _inherit = "stock.scrap"

    def init(self):
        super().init()
        self.env["clinic.stock.book"]._stand(book.SCRAP)

    @api.model
    def _sql_error_to_message(self, exc):
        return self.env["clinic.stock.book"]._error_message(exc, book.SCRAP) or super()._sql_error_to_message(exc)

    def write(self, vals):
        if "scrap_reason_tag_ids" in vals:
            self.env["clinic.stock.book"]._refuse(self.filtered(lambda scrap: scrap.state == "done").product_id)
        return super().write(vals)
