from odoo import api, models

from .. import book
from .clinic_stock_book import DOING


class StockMove(models.Model):
    """Done moves of clinic items come from being done, and keep what they say."""

    _inherit = "stock.move"

    def init(self):
        super().init()
        self.env["clinic.stock.book"]._stand(book.MOVE_DONE, book.MOVE)

    @api.model
    def _sql_error_to_message(self, exc):
        return self.env["clinic.stock.book"]._error_message(exc, book.MOVE) or super()._sql_error_to_message(exc)

    @api.model_create_multi
    def create(self, vals_list):
        """Nothing is added to what was done."""
        moves = super().create(vals_list)
        self.env["clinic.stock.book"]._refuse(moves.filtered(lambda move: move.state == "done").product_id)
        return moves

    def write(self, vals):
        """Refuse to make moves done, or to value done ones, by hand."""
        if vals.keys() & {"state", "value"} and not self.env["clinic.stock.book"]._is_doing():
            becomes_done = vals.get("state") == "done"
            moves = self.filtered(lambda move: becomes_done or ("value" in vals and move.state == "done"))
            self.env["clinic.stock.book"]._refuse(moves.product_id)
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        doing = self.with_context(clinic_stock_doing=DOING)
        return super(StockMove, doing)._action_done(cancel_backorder=cancel_backorder).with_env(self.env)

    def _set_value(self, correction_quantity=None):
        return super(StockMove, self.with_context(clinic_stock_doing=DOING))._set_value(correction_quantity)
