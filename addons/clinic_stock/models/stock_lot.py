from odoo import api, fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    clinic_blocked = fields.Boolean(
        string="Blocked",
        copy=False,
        index=True,
        tracking=True,
        help="Nothing of it is used, delivered or brought to the treatment rooms.",
    )
    clinic_block_reason = fields.Char(string="Reason for Blocking", copy=False, tracking=True)

    _blocked_has_a_reason = models.Constraint(
        "CHECK (clinic_blocked IS NOT TRUE OR clinic_block_reason IS NOT NULL)", "Say why the lot is blocked."
    )

    def _clinic_expired(self):
        """Return those of these lots whose expiration date has come."""
        now = fields.Datetime.now()
        return self.filtered(lambda lot: lot.expiration_date and lot.expiration_date <= now)

    @api.model
    def _clinic_available(self, product, location):
        """Return {lot: quantity in the product's unit} of what is free in ``location``, the first to expire first.

        Expired and blocked lots are left out; lots without an expiration date come last.
        """
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", location.id),
                ("lot_id", "!=", False),
            ],
            ["lot_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        free = {lot: quantity - reserved for lot, quantity, reserved in groups}
        lots = self.browse(lot.id for lot, quantity in free.items() if product.uom_id.compare(quantity, 0) > 0)
        lots -= lots._clinic_expired() | lots.filtered("clinic_blocked")
        ordered = lots.sorted(lambda lot: (not lot.expiration_date, lot.expiration_date or lot.create_date, lot.id))
        return {lot: free[lot] for lot in ordered}
