from odoo import fields, models


class StockMoveLine(models.Model):
    """What is done is read by the stock card in order of time: by product, by lot, and all of it."""

    _inherit = "stock.move.line"

    # Neither who created the line, which is often the scheduler that reserved, nor who wrote it last: a new expiration
    # date of its lot writes it, too.
    clinic_user_id = fields.Many2one(
        "res.users",
        string="Done By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who validated the transfer, logged the use, scrapped or counted.",
    )

    # All that a balance adds up is in the index, so that it does not touch the table.
    _clinic_product_card_index = models.Index(
        """(product_id, date, id) INCLUDE (company_id, location_id, location_dest_id, quantity_product_uom)
        WHERE state = 'done'"""
    )
    _clinic_lot_card_index = models.Index(
        """(lot_id, date, id) INCLUDE (company_id, location_id, location_dest_id, quantity_product_uom)
        WHERE state = 'done' AND lot_id IS NOT NULL"""
    )
    _clinic_card_index = models.Index("(date, id) WHERE state = 'done'")

    def _action_done(self):
        # Before, because super writes these lines, too: both go to the database together.
        self._clinic_writing().clinic_user_id = self.env.user
        return super()._action_done()
