from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_form, a_list, a_text, an_id, takes

from .clinic_stock_scan import COUNTED

# Every question that validating may ask was answered on the screen, or is answered here.
NO_QUESTIONS = {"skip_expired": True, "skip_backorder": True, "skip_sms": True}


class ClinicStockTransfer(models.AbstractModel):
    """What was chosen on the screen becomes a done transfer, or nothing at all."""

    _inherit = "clinic.stock.transfer"

    @takes(
        route=a_text(100, optional=True),
        lines=a_list(
            a_form(
                product_id=an_id(),
                uom_id=an_id(),
                lot_id=an_id(optional=True),
                quantity=COUNTED,
            ),
            optional=True,
        ),
    )
    @api.model
    def transfer(self, route, lines):
        """Bring the items of ``lines`` to the end of the way at once, and return the transfer.

        :param lines: [{"product_id", "lot_id", "quantity", "uom_id"}]
        :return: {"id", "name", "count"} of the done transfer
        :raises UserError: nothing chosen, not enough, expired or blocked; in words, and nothing was moved
        """
        self._check_warehouse()
        route = self._route(route)
        wanted = self._wanted(route, lines)
        picking = self._transfer(route, wanted)
        return {"id": picking.id, "name": picking.name, "count": len(wanted)}

    @api.model
    def _wanted(self, route, lines):
        """Return {(product, lot): quantity in the product's unit} of ``lines``. Raises ``UserError`` in words."""
        wanted = {}
        for line in lines or []:
            product, lot, quantity = self._read_line(line)
            if refusal := self._refusal(route, product, lot):
                raise UserError(refusal)
            wanted[product, lot] = wanted.get((product, lot), 0) + quantity
        if not wanted:
            raise UserError(self.env._("Scan what is transferred, or enter how much of it."))
        return wanted

    @api.model
    def _read_line(self, line):
        """Return (product, lot, quantity in the product's unit) of what the screen sends for one line."""
        product = self._existing("product.product", line["product_id"])
        unit = self._existing("uom.uom", line["uom_id"])
        lot = self._existing("stock.lot", line["lot_id"]) if line.get("lot_id") else self.env["stock.lot"]
        if lot and lot.product_id != product:
            raise UserError(self.env._("Lot %(lot)s is not one of %(item)s.", lot=lot.name, item=product.display_name))
        if not unit._has_common_reference(product.uom_id):
            raise UserError(
                self.env._("%(item)s is not measured in %(unit)s.", item=product.display_name, unit=unit.name)
            )
        converted = unit._compute_quantity(line["quantity"], product.uom_id, rounding_method="HALF-UP")
        if product.uom_id.compare(converted, 0) <= 0:
            raise UserError(self.env._("Enter how much of %s is transferred.", self._item_name(product, lot)))
        return product, lot, converted

    @api.model
    def _transfer(self, route, wanted):
        """Make the transfer of what is ``wanted`` and return it, done."""
        products = self.env["product.product"].union(*(product for product, lot in wanted))
        self.env["stock.quant"]._clinic_wait(products, self._places(route["source"]))
        allotted = [self._allot(route, *key, quantity) for key, quantity in wanted.items()]
        picking = self.env["stock.picking"].create(self._prepare_picking(route))
        moves = self.env["stock.move"].create(
            [self._prepare_move(picking, product, quantity) for (product, lot), quantity in wanted.items()]
        )
        lines = [
            self._prepare_move_line(move, quant, taken)
            for move, parts in zip(moves, allotted, strict=True)
            for quant, taken in parts
        ]
        self.env["stock.move.line"].create(lines)
        self._validate(picking)
        return picking

    @api.model
    def _allot(self, route, product, lot, quantity):
        """Return [(quant, quantity)], from where so much is taken. Raises ``UserError`` when there is less."""
        parts, missing = [], quantity
        for quant in self._quants(route, product, lot):
            taken = min(quant.quantity - quant.reserved_quantity, missing)
            if product.uom_id.compare(taken, 0) > 0:
                parts.append((quant, taken))
                missing -= taken
        if product.uom_id.compare(missing, 0) > 0:
            raise UserError(self._not_enough_message(route, product, lot, quantity - missing, quantity))
        return parts

    @api.model
    def _prepare_picking(self, route):
        """Return the values of the transfer."""
        return {
            "picking_type_id": route["picking_type"].id,
            "location_id": route["source"].id,
            "location_dest_id": route["destination"].id,
            "company_id": self.env.company.id,
            "user_id": self.env.uid,
        }

    @api.model
    def _prepare_move(self, picking, product, quantity):
        """Return the values of the move of one lot."""
        return {
            "picking_id": picking.id,
            "picking_type_id": picking.picking_type_id.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": picking.location_id.id,
            "location_dest_id": picking.location_dest_id.id,
            "company_id": picking.company_id.id,
        }

    @api.model
    def _prepare_move_line(self, move, quant, quantity):
        """Return the values of what is taken from one quant."""
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "product_id": quant.product_id.id,
            "product_uom_id": quant.product_uom_id.id,
            "quantity": quantity,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "location_id": quant.location_id.id,
            "location_dest_id": move.location_dest_id.id,
        }

    @api.model
    def _validate(self, picking):
        """Do the transfer. Raises ``UserError`` when Odoo has a question that this screen does not know."""
        # Not merged: a move of its own for each lot carries that lot's value to another branch.
        picking.move_ids._action_confirm(merge=False)
        picking.with_context(**NO_QUESTIONS).button_validate()
        if picking.state != "done":
            raise UserError(
                self.env._("The transfer could not be completed at once. Make it in Inventory → Transfers.")
            )
