from odoo import api, fields, models
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

    @api.model
    def _clinic_links(self):
        return [*super()._clinic_links(), "clinic_consumption_id"]

    def _clinic_is_treatment(self):
        return not self.clinic_consumption_id and super()._clinic_is_treatment()

    def _eligible_for_stock_account(self):
        """What was used in a procedure became a cost when it was used, and does not once more with its invoice."""
        return not self.clinic_consumption_id and super()._eligible_for_stock_account()

    # -- handed over --------------------------------------------------------------------------------------------------

    def _is_over_the_counter(self):
        """Return whether this line charges goods that leave the stock by it, not by a procedure or a sales order."""
        self.ensure_one()
        item = self.product_id.clinic_item and self.quantity > 0
        return item and not self.clinic_consumption_id and not self._is_ordered()

    def _is_ordered(self):
        """Return whether a sales order charges this line; it delivers the goods, too."""
        # Reception has no rights in the sales app.
        return "sale_line_ids" in self._fields and bool(self.sudo().sale_line_ids)

    def _left_to_hand_over(self):
        """Return {line: quantity in the item's unit} of what is neither credited nor handed over yet.

        A credit note names no line: it takes back of the first ones that charge its item.
        """
        credited, handed, left = self._credited(), self._handed_over(), {}
        for line in self.sorted("id"):
            key, charged = (line.move_id, line.product_id), line._item_quantity()
            taken_back = min(charged, max(credited.get(key, 0), 0))
            credited[key] = credited.get(key, 0) - taken_back
            left[line] = line.product_id.uom_id.round(charged - taken_back - handed.get(line, 0))
        return left

    def _credited(self):
        """Return {(invoice, item): quantity in its unit} that posted credit notes of these invoices took back."""
        # What was credited is no secret to who may read the invoice.
        notes = self.move_id.sudo().reversal_move_ids.filtered(
            lambda note: note.state == "posted" and note.move_type == "out_refund"
        )
        credited = {}
        for line in notes.invoice_line_ids.filtered(lambda line: line._is_over_the_counter()):
            key = line.move_id.reversed_entry_id, line.product_id
            credited[key] = credited.get(key, 0) + line._item_quantity()
        return credited

    def _handed_over(self):
        """Return {line: quantity in the item's unit} that has left the stock by these lines."""
        # Whether goods have left is no secret to who may read the invoice; reception has no rights in the stock app.
        moves = self.env["stock.move"].sudo()
        moves = moves.search([("clinic_invoice_line_id", "in", self.ids), ("state", "=", "done")])
        return {
            line: sum(move.product_uom._compute_quantity(move.quantity, line.product_id.uom_id) for move in theirs)
            for line, theirs in moves.grouped("clinic_invoice_line_id").items()
        }

    def _item_quantity(self):
        """Return what this line charges, in the item's own unit."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(self.quantity, self.product_id.uom_id, rounding_method="HALF-UP")

    def _hand_over(self, quantity):
        """Take ``quantity`` of this line's item out of the stock. Raises ``UserError`` when there is not enough."""
        self.ensure_one()
        # The right to the invoice was checked; reception has no rights in the stock app.
        moves = self.env["stock.move"].sudo().with_company(self.company_id)
        moves.create([self._prepare_hand_over(*part) for part in self._parts_to_hand_over(quantity)])._action_done()

    def _parts_to_hand_over(self, needed):
        """Return [(location, lot, quantity in the item's unit)] of what is taken: from the store, then the rooms."""
        product = self.product_id.sudo()
        unit = product.uom_id
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
        return sorted(lots._clinic_available(product, place), key=lambda lot: lot._clinic_order_of_use())

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
