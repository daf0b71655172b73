from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import guards
from .stock_move import OURS


class StockMoveLine(models.Model):
    """Lots that have expired or are blocked don't reach patients, treatment rooms or other branches."""

    _inherit = "stock.move.line"

    # As of its move.
    origin = fields.Char(groups="stock.group_stock_user,clinic.group_staff")

    def init(self):
        guards.install(self.env.cr, guards.LOT)

    @api.model
    def _sql_error_to_message(self, exc):
        if guards.is_violated(exc, guards.LOT):
            return self.env._("The lot has expired or is blocked. Take another lot.")
        return super()._sql_error_to_message(exc)

    def _brings_to_use(self):
        """Return whether this line takes goods of ours to a patient, a customer, a treatment room or another branch.

        From there only a discard, a count, a return to the supplier and a transfer to another shelf lead out.
        """
        self.ensure_one()
        source, destination = self.location_id, self.location_dest_id
        if source.usage not in OURS:
            return False
        if destination.usage != "internal":
            return destination.usage in ("transit", "customer", "production")
        return destination != source and destination == destination.company_id.treatment_location_id

    def _check_lot_may_go_out(self):
        """Raise ``UserError`` when a lot among these lines has expired or is blocked and would be brought to use."""
        for line in self.filtered(lambda line: line.lot_id and line._brings_to_use()):
            line.lot_id.with_company(line.company_id)._check_usable()

    def _check_whole_serials(self):
        """Raise ``UserError`` when one of these lines moves a part of what has a serial number."""
        for line in self:
            line.product_id._clinic_check_whole(line.quantity_product_uom)

    def _check_on_hand(self):
        """Raise ``UserError`` when these lines would take more than there is."""
        asked = self._asked_quantities()
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [("product_id", "in", self.product_id.ids), ("location_id", "in", self.location_id.ids)],
                ["product_id", "location_id", "lot_id"],
                ["quantity:sum"],
            )
        )
        there = {tuple(key): quantity for *key, quantity in groups}
        for key, quantity in asked.items():
            if key[0].uom_id.compare(there.get(key, 0), quantity) < 0:
                raise UserError(self._not_enough_message(*key, there.get(key, 0), quantity))

    def _asked_quantities(self):
        """Return {(product, location, lot): quantity in the product's unit} of what is about to be moved."""
        asked = defaultdict(float)
        for line in self:
            asked[line.product_id, line.location_id, line.lot_id] += line.quantity_product_uom
        return asked

    @api.model
    def _not_enough_message(self, product, location, lot, there, asked):
        """Return the words for too little of ``product``; quantities in its own unit."""
        unit = product.uom_id
        return self.env._(
            "Not enough %(product)s%(lot)s in %(location)s: %(there)s %(unit)s there, %(asked)s %(unit)s asked for.",
            product=product.display_name,
            lot=self.env._(", lot %s,", lot.name) if lot else "",
            location=location.display_name,
            there=f"{unit.round(max(there, 0)):.15g}",
            asked=f"{asked:.15g}",
            unit=unit.name,
        )
