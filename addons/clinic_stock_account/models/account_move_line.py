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
        """Return [(location, lot, free quantity)] of ``product`` in this branch, in the order of its use."""
        company = self.company_id
        warehouse = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)], limit=1)
        store = warehouse.lot_stock_id
        places = store.search([("id", "child_of", store.id)]) | company.sudo().treatment_location_id
        lots, quants = self.env["stock.lot"].sudo(), self.env["stock.quant"].sudo()
        if product.tracking != "none":
            return [
                (place, lot, quants._get_available_quantity(product, place, lot_id=lot, strict=True))
                for place in places
                for lot in lots._clinic_available(product, place)
            ]
        free = [(place, lots, quants._get_available_quantity(product, place, strict=True)) for place in places]
        return [part for part in free if product.uom_id.compare(part[2], 0) > 0]

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
