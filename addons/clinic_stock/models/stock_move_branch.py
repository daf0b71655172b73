from odoo import models

from odoo.addons.clinic.money import next_part


class StockMove(models.Model):
    """Goods that another branch sent arrive at the value at which they left it."""

    _inherit = "stock.move"

    def _branch_origins(self):
        """Return the other branch's moves by which the goods of this receipt left it."""
        self.ensure_one()
        # The other branch's moves are beyond the rights of who receives; only their value is taken from them.
        return self.sudo().move_orig_ids.filtered(lambda move: move.company_id != self.company_id and move.is_out)

    def _create_backorder(self):
        """Let a branch that receives a part of what was sent keep the rest chained to where it came from."""
        received = self.filtered(lambda move: move._branch_origins())
        # Who may do this move may split it; the chain leads to a move of the other branch.
        rest = super(StockMove, received.sudo())._create_backorder().sudo(False)
        return rest | super(StockMove, self - received)._create_backorder()

    def _get_value_from_quotation(self, quantity, at_date=None):
        """Value what another branch sent as it was valued there."""
        origins = self._branch_origins()
        if not origins:
            return super()._get_value_from_quotation(quantity, at_date)
        references = ", ".join(sorted(set(origins.mapped("reference"))))
        return {
            "value": self._branch_value(origins, quantity),
            "quantity": quantity,
            "description": self.env._("Value at which it was sent by %s", references),
        }

    def _branch_value(self, origins, quantity):
        """Return the value of ``quantity`` of what ``origins`` sent: parts arriving one by one add up to the whole."""
        sent = sum(origin._get_valued_qty() for origin in origins)
        # Also what others received of it.
        before = origins.move_dest_ids.filtered(
            lambda move: move.state == "done" and (move.date, move.id) < (self.date, self.id)
        )
        return next_part(
            sum(origins.mapped("value")),
            sum(move._get_valued_qty() for move in before) + quantity,
            sent,
            sum(before.mapped("value")),
            self.company_id.sudo().currency_id.rounding,
        )

    def _set_value(self, correction_quantity=None):
        """Where the cost is fixed by hand, the first goods bring it along: a branch without one would value at zero."""
        res = super()._set_value(correction_quantity)
        for move in self.filtered("is_in"):
            if move.product_id.with_company(move.company_id).cost_method == "standard" and move._branch_origins():
                move._take_branch_cost()
        return res

    def _take_branch_cost(self):
        """Set the cost of the product, and of lots valued on their own, where the branch has none."""
        self.ensure_one()
        # Anyone who receives goods has no right to set up products; Odoo updates an average cost the same way.
        move = self.sudo().with_company(self.company_id).with_context(disable_auto_revaluation=True)
        lots = move.move_line_ids.lot_id if move.product_id.lot_valuated else ()
        for costed in (move.product_id, *lots):
            if not costed.standard_price:
                costed.standard_price = move._get_price_unit()
