from odoo import api, models

from .. import book


class StockMoveLine(models.Model):
    """The lines of done moves come with them, and keep what they say."""

    _inherit = "stock.move.line"

    def init(self):
        super().init()
        self.env["clinic.stock.book"]._stand(book.LINE_DONE, book.LINE)

    @api.model
    def _sql_error_to_message(self, exc):
        return self.env["clinic.stock.book"]._error_message(exc, book.LINE) or super()._sql_error_to_message(exc)

    @api.model_create_multi
    def create(self, vals_list):
        """Nothing is added to what was done."""
        lines = super().create(vals_list)
        self.env["clinic.stock.book"]._refuse(lines.filtered(lambda line: line.state == "done").product_id)
        return lines

    def write(self, vals):
        """Refuse to make lines done by hand, or to put them into done moves."""
        joins = vals.get("move_id") and self.env["stock.move"].browse(vals["move_id"]).state == "done"
        if joins or "state" in vals:
            self.env["clinic.stock.book"]._refuse(self.product_id)
        return super().write(vals)
