from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockLot(models.Model):
    _inherit = "stock.lot"
    # Written by blocking and releasing, with the reason, and by the day of expiry.
    _clinic_locked = ("clinic_blocked", "clinic_block_reason", "clinic_expiry_day")

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

    def _check_usable(self):
        """Raise ``UserError`` when one of these lots has expired or is blocked."""
        for lot in self.filtered("clinic_blocked"):
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s is blocked: %(reason)s. Take another lot.",
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    reason=lot.clinic_block_reason,
                )
            )
        for lot in self._clinic_expired():
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s expired on %(date)s and must not be used. Take another lot.",
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    date=lot._clinic_expiry_text(),
                )
            )

    def _clinic_order_of_use(self):
        """Return the key by which lots are used: the first to expire first, then the oldest; no lot comes last."""
        return self.clinic_expiry_day or date.max, self.id or 0

    @api.model
    def _clinic_available(self, product, locations):
        """Return {lot: quantity in the product's unit} of what is free in ``locations``, in the order of its use.

        First what lies in open vials, then the first to expire. Expired and blocked lots are left out, and what lies
        in vials past their time; lots without an expiration date come last.
        """
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "=", product.id),
                ("location_id", "in", locations.ids),
                ("lot_id", "!=", False),
            ],
            ["lot_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        free = {lot: quantity - reserved for lot, quantity, reserved in groups}
        opened = {}
        if product.clinic_vial_uom_id:
            for vial in self.env["clinic.open.vial"]._open_in(product, locations):
                if vial.is_over:
                    free[vial.lot_id] = free.get(vial.lot_id, 0) - vial.remaining
                else:
                    opened.setdefault(vial.lot_id.id, vial.discard_after)
        lots = self.browse(lot.id for lot, quantity in free.items() if product.uom_id.compare(quantity, 0) > 0)
        lots -= lots._clinic_expired() | lots.filtered("clinic_blocked")
        never = fields.Datetime.to_datetime("9999-12-31")
        ordered = lots.sorted(lambda lot: (opened.get(lot.id, never), *lot._clinic_order_of_use()))
        return {lot: product.uom_id.round(free[lot]) for lot in ordered}
