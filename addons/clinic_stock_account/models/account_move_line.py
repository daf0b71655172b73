from odoo import fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    clinic_consumption_id = fields.Many2one(
        "clinic.consumption",
        string="Consumption",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The item used in a procedure that this line charges.",
    )

    def _copy_data_extend_business_fields(self, values):
        super()._copy_data_extend_business_fields(values)
        values["clinic_consumption_id"] = self.clinic_consumption_id.id

    def _eligible_for_stock_account(self):
        """What was used in a procedure became a cost when it was used, and does not once more with its invoice."""
        return not self.clinic_consumption_id and super()._eligible_for_stock_account()

    # -- handed over --------------------------------------------------------------------------------------------------

    def _hand_over(self):
        """Take the goods of this line out of the stock at once. Raises ``UserError`` when there is not enough."""
        self.ensure_one()
        # The right to the invoice was checked; reception has no rights in the stock app.
        moves = self.env["stock.move"].sudo().with_company(self.company_id)
        moves.create([self._prepare_hand_over(*part) for part in self._parts_to_hand_over()])._action_done()

    def _parts_to_hand_over(self):
        """Return [(location, lot, quantity in the item's unit)] of what is taken: from the store, then the rooms."""
        product = self.product_id.sudo()
        unit = product.uom_id
        needed = self.product_uom_id._compute_quantity(self.quantity, unit, rounding_method="HALF-UP")
        parts = []
        for location, lot, there in self._on_the_shelves(product):
            take = min(there, needed)
            parts.append((location, lot, take))
            needed = unit.round(needed - take)
            if unit.is_zero(needed):
                return parts
        raise UserError(
            self.env._(
                "Not enough %(product)s in %(branch)s: %(missing)s %(unit)s are missing.",
                product=product.display_name,
                branch=self.company_id.name,
                missing=f"{needed:.15g}",
                unit=unit.name,
            )
        )

    def _on_the_shelves(self, product):
        """Return [(location, lot, quantity)] of ``product`` that is sealed and free in this branch.

        It stands in the order of its use: the store comes before the rooms, and there the first to expire.
        """
        company = self.company_id
        warehouse = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)], limit=1)
        store = warehouse.lot_stock_id
        places = store.search([("id", "child_of", store.id)]) | company.sudo().treatment_location_id
        parts = [
            (place, lot, self._sealed(product, place, lot))
            for place in places
            for lot in self._lots_on_the_shelf(product, place)
        ]
        return [part for part in parts if product.uom_id.compare(part[2], 0) > 0]

    def _lots_on_the_shelf(self, product, place):
        """Return the lots of ``product`` that may be used, the first to expire first; an empty one without lots."""
        lots = self.env["stock.lot"].sudo()
        if product.tracking == "none":
            return [lots]
        never = fields.Datetime.to_datetime("9999-12-31")
        return sorted(lots._clinic_available(product, place), key=lambda lot: (lot.expiration_date or never, lot.id))

    def _sealed(self, product, place, lot):
        """Return how much of ``lot`` is free in ``place``; what lies in open vials is used up there, and not sold."""
        quants, vials = self.env["stock.quant"].sudo(), self.env["clinic.open.vial"].sudo()
        free = quants._get_available_quantity(product, place, lot_id=lot or None, strict=True)
        return product.uom_id.round(free - sum(vials._open_in(product, place, lot).mapped("remaining")))

    def _prepare_hand_over(self, location, lot, quantity):
        """Return the values of the stock move that hands ``quantity`` of ``lot`` over; no patient stands on it."""
        goal = self.env.ref("stock.stock_location_customers")
        shared = {
            "product_id": self.product_id.id,
            "location_id": location.id,
            "location_dest_id": goal.id,
            "company_id": self.company_id.id,
        }
        unit = self.product_id.uom_id
        line = {**shared, "product_uom_id": unit.id, "quantity": quantity, "lot_id": lot.id}
        return {
            **shared,
            "origin": self.move_id.name,
            "clinic_invoice_line_id": self.id,
            "product_uom": unit.id,
            "product_uom_qty": quantity,
            "picked": True,
            "move_line_ids": [fields.Command.create(line)],
        }
