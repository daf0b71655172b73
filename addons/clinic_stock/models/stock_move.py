from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import guards

OURS = ("internal", "transit")
# In the context of a consumption's own move, which was examined before. An object, so that nobody can hand it over
# from outside.
EXAMINED = object()


class StockMove(models.Model):
    """Where goods went; the warehouse reads the visit's number in ``origin``, and nothing else of it.

    Who keeps the books does not: the number stands on an invoice beside the patient's name, and would lead from there
    to each item that was used.

    Clinic items leave the stock for a cause, from lots that may go out, and never below zero. The database refuses
    the rest (see ``guards.py``); here it is said in words before.
    """

    _inherit = "stock.move"

    origin = fields.Char(groups="stock.group_stock_user,clinic.group_staff")
    # With a group, so that nobody else searches or groups moves by what hangs on the visit.
    clinic_visit_id = fields.Many2one(
        "clinic.visit",
        string="Visit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="clinic.group_staff",
        help="The visit in which the goods were used.",
    )

    def init(self):
        guards.install(self.env.cr, guards.CAUSE)

    @api.model
    def _sql_error_to_message(self, exc):
        if guards.is_violated(exc, guards.CAUSE):
            return self.env._("An item used in procedures has a stock move without a reason.")
        return super()._sql_error_to_message(exc)

    def _action_done(self, cancel_backorder=False):
        if self.env.context.get("clinic_stock_examined") is not EXAMINED:
            self.filtered("product_id.clinic_item").move_line_ids._check_whole_serials()
        done = self._clinic_action_done(cancel_backorder)
        received = done.move_line_ids.filtered(lambda line: line.location_id.usage == "supplier")
        received.lot_id._clinic_check_expiry_known()
        return done

    def _clinic_action_done(self, cancel_backorder):
        """Do these moves; of clinic items, only what may leave the stock does."""
        items = self.filtered(lambda move: move.product_id.clinic_item and move.location_id.usage in OURS)
        if not items or self.env.context.get("clinic_stock_examined") is EXAMINED:
            return super()._action_done(cancel_backorder=cancel_backorder)
        self.env["stock.quant"]._clinic_wait(items.product_id, items.location_id | items.move_line_ids.location_id)
        items._check_cause()
        lines = items.move_line_ids.filtered("picked")
        lines._check_lot_may_go_out()
        lines._check_on_hand()
        done = super()._action_done(cancel_backorder=cancel_backorder)
        # Anyone who may move goods may leave the vials as they then are.
        self.env["clinic.open.vial"].sudo()._reconcile_vials((done & items).move_line_ids)
        return done

    def _check_cause(self):
        """Raise ``UserError`` when one of these moves takes a clinic item out of the stock without a cause."""
        for move in self.sudo():
            if move.location_dest_id.usage not in OURS and not move._clinic_cause():
                raise UserError(
                    self.env._(
                        "%(product)s: the stock move has no reason. It is used in a visit, sold by an invoice or a "
                        "sales order, scrapped with a reason, counted, transferred, or returned to its supplier from "
                        "the receipt.",
                        product=move.product_id.display_name,
                    )
                )

    def _clinic_cause(self):
        """Return why this move takes goods out: "visit", "sale", "return", "count", "scrap", or None.

        Other addons add causes that they know; ``guards.py`` must know them, too.
        """
        self.ensure_one()
        if self.location_dest_id.usage == "customer":
            sold = "sale_line_id" in self._fields and self.sale_line_id
            return "visit" if self.clinic_visit_id else "sale" if sold else None
        if self.location_dest_id.usage == "supplier":
            return "return" if self.origin_returned_move_id else None
        if self.is_inventory:
            return "count"
        return "scrap" if self.scrap_id.scrap_reason_tag_ids else None
