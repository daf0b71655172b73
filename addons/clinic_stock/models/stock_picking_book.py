from odoo import api, models

from .. import book


class StockPicking(models.Model):
    """What a done transfer of clinic items says of itself stays."""

    _inherit = "stock.picking"

    def init(self):
        super().init()
        self.env["clinic.stock.book"]._stand(book.PICKING)

    @api.model
    def _sql_error_to_message(self, exc):
        return self.env["clinic.stock.book"]._error_message(exc, book.PICKING) or super()._sql_error_to_message(exc)

    def write(self, vals):
        """Refuse another vendor on a done transfer; only merged contacts, below the ORM, may change it."""
        if "partner_id" in vals:
            done = self.filtered(
                lambda picking: picking.state == "done" and picking.partner_id.id != vals["partner_id"]
            )
            self.env["clinic.stock.book"]._refuse(done.move_ids.product_id)
        return super().write(vals)
