from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_flag, a_text, an_id, is_nothing, takes

from .clinic_stock_scan import COUNTED_OR_NONE


class ClinicStockCount(models.AbstractModel):
    """Counting a location with a scanner. Counts are Odoo's own: they stand in Physical Inventory at once."""

    _name = "clinic.stock.count"
    _inherit = ["clinic.stock.scan"]
    _description = "Count with a Scanner"

    @takes(location_id=an_id())
    @api.model
    def load(self, location_id=None):
        """Return the branch's locations and what lies in one of them, ready for JSON.

        :param location_id: the location to count; None for the treatment rooms
        :raises AccessError: for those who do not keep the stock
        """
        self._check_warehouse()
        locations = self._locations()
        location = self._location(location_id) if location_id else locations[:1]
        return {
            "location_id": location.id,
            "locations": [{"id": one.id, "name": one.display_name} for one in locations],
            "lines": self._load_lines(location),
        }

    @takes(location_id=an_id(), barcode=a_text(optional=True), new_lot=a_flag())
    @api.model
    def scan(self, location_id, barcode, new_lot=False):
        """Add the package on which ``barcode`` stands to the user's count of the location.

        :param new_lot: whether a lot that was never received is taken up with this count
        :return: {"line"}, what was counted so far; or {"choose"}, the lines among which only a hand can choose; or
            {"unknown_lot"}, what would be taken up
        :raises UserError: unknown code, in words
        """
        self._check_warehouse()
        location = self._location(location_id)
        product, code = self._read_item(barcode)
        if product.tracking != "none" and not code["lot"]:
            return self._scan_without_lot(location, product, code)
        lot = self._find_lot(product, code)
        if lot is None and not new_lot:
            return {"unknown_lot": {"lot": code["lot"], "product": product.display_name}}
        if lot is None:
            lot = self.env["stock.lot"].create(self._prepare_lot(product, code))
        return {"line": self._add(location, product, lot, code)}

    @takes(location_id=an_id(), line_id=an_id())
    @api.model
    def add(self, location_id, line_id):
        """Add one package to the user's count of a line, and return the line."""
        self._check_warehouse()
        quant = self._quant(location_id, line_id)
        package = self._package_unit(quant.product_id)
        self._count(quant, self._counted_so_far(quant) + package._compute_quantity(1, quant.product_id.uom_id))
        return self._prepare_line(quant)

    @takes(location_id=an_id(), line_id=an_id(), quantity=COUNTED_OR_NONE)
    @api.model
    def set_count(self, location_id, line_id, quantity):
        """Set the user's count of a line, in the item's unit, and return the line; None when it is gone.

        :param quantity: what lies there; None takes the count back
        :raises UserError: when it is no quantity
        """
        self._check_warehouse()
        quant = self._quant(location_id, line_id)
        if is_nothing(quantity):
            quant.action_clear_inventory_quantity()
            # Nothing was expected of it: only the count had made it a line.
            return None if quant.product_uom_id.is_zero(quant.quantity) else self._prepare_line(quant)
        self._count(quant, quantity)
        return self._prepare_line(quant)

    @takes(location_id=an_id())
    @api.model
    def apply(self, location_id):
        """Make the user's counts of the location its stock; those that the stock has overtaken are to be counted again.

        :return: {"applied": how many, "differences", "conflicts": [words], "lines": what lies there now}
        :raises UserError: when the user has counted nothing there
        """
        self._check_warehouse()
        location = self._location(location_id)
        quants = self._own_counts(location)
        if not quants:
            raise UserError(self.env._("Count something first: scan it, or enter how much of it lies there."))
        quants._clinic_wait(quants.product_id, location)
        outdated = quants.filtered("is_outdated")
        counted = quants - outdated
        differences = [self._prepare_difference(quant) for quant in counted]
        conflicts = [self._conflict_message(quant) for quant in outdated]
        # What is counted down to nothing is gone from the stock afterwards.
        items = {quant.id: (quant.product_id, quant.lot_id) for quant in counted}
        if counted:
            counted.action_apply_inventory()
        return {
            "applied": len(counted),
            "differences": [
                {**one, "move_id": self._last_count(location, *items[one["id"]])}
                for one in differences
                if one["difference"]
            ],
            "conflicts": conflicts,
            "lines": self._load_lines(location),
        }

    # -- where and what ------------------------------------------------------------------------------------------------

    @api.model
    def _locations(self):
        """Return the internal locations of the current branch: treatment rooms, store, then the others."""
        company = self.env.company
        first = company._get_treatment_location().sudo(False) | self._store()
        internal = Domain("usage", "=", "internal") & Domain("company_id", "=", company.id)
        return first + first.search(internal & Domain("id", "not in", first.ids))

    @api.model
    def _location(self, location_id):
        """Return the location to count. Raises ``UserError`` when it is none of the branch's own."""
        location = self._existing("stock.location", location_id)
        if location.usage != "internal" or location.company_id != self.env.company:
            raise UserError(self.env._("%s is not a stock of this branch. Choose another.", location.display_name))
        return location

    @api.model
    def _quant(self, location_id, line_id):
        """Return the quant of a line. Raises ``UserError`` when it does not lie there any more."""
        location = self._location(location_id)
        quant = self.env["stock.quant"].search([("id", "=", line_id)])
        if quant.location_id != location:
            raise UserError(self.env._("This item does not lie in %s any more. Scan it again.", location.display_name))
        return quant.with_context(inventory_mode=True)

    @api.model
    def _find_lot(self, product, code):
        """Return the lot of the code, an empty one for items without lots, None for one that was never received."""
        lots = self.env["stock.lot"]
        if product.tracking == "none":
            return lots
        named = Domain("product_id", "=", product.id) & Domain("name", "=", code["lot"])
        return lots.search(named & self.env["clinic.barcode"]._branch_domain(), limit=1) or None

    @api.model
    def _prepare_lot(self, product, code):
        """Return the values of a lot found on the shelf that was never received.

        :raises UserError: when nobody knows until when it is good
        """
        values = {"product_id": product.id, "name": code["lot"]}
        if product.use_expiration_date:
            if not code["expiry"]:
                raise UserError(
                    self.env._(
                        "The code of lot %s names no expiry date. Add the lot with its date in Inventory → Products → "
                        "Lots/Serial Numbers, then count it.",
                        code["lot"],
                    )
                )
            values["expiration_date"] = self.env["stock.lot"]._clinic_day_end(code["expiry"])
        return values

    @api.model
    def _lines_domain(self, location):
        return Domain("location_id", "=", location.id) & (
            Domain("quantity", "!=", 0) | Domain("inventory_quantity_set", "=", True)
        )

    @api.model
    def _load_lines(self, location):
        quants = self.env["stock.quant"].search(self._lines_domain(location))
        ordered = quants.sorted(lambda quant: self._item_order(quant.product_id, quant.lot_id))
        return [self._prepare_line(quant) for quant in ordered]

    @api.model
    def _own_counts(self, location):
        """Return what the user has counted there. What others are still counting is theirs to apply."""
        own = Domain("inventory_quantity_set", "=", True) & Domain("user_id", "in", (self.env.uid, False))
        return self.env["stock.quant"].search(Domain("location_id", "=", location.id) & own)

    # -- counting ------------------------------------------------------------------------------------------------------

    @api.model
    def _scan_without_lot(self, location, product, code):
        """Count what can only be meant; else say among which lines to choose."""
        domain = self._lines_domain(location) & Domain("product_id", "=", product.id)
        quants = self.env["stock.quant"].search(domain)
        if not quants:
            raise UserError(
                self.env._("None of %s is expected here. Scan the code that names its lot.", product.display_name)
            )
        if len(quants) > 1:
            return {"choose": quants.ids}
        self._count(quants, self._counted_so_far(quants) + self._code_quantity(product, code))
        return {"line": self._prepare_line(quants)}

    @api.model
    def _add(self, location, product, lot, code):
        """Add one scan of ``code`` to the count and return the line."""
        where = {"product_id": product.id, "location_id": location.id, "lot_id": lot.id}
        domain = [(name, "=", value) for name, value in where.items()]
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quant = quants.search([*domain, ("package_id", "=", False), ("owner_id", "=", False)], limit=1)
        counted = self._counted_so_far(quant) + self._code_quantity(product, code)
        quant = quant or quants.create({**where, "inventory_quantity": counted})
        self._count(quant, counted)
        return self._prepare_line(quant)

    @api.model
    def _counted_so_far(self, quant):
        """Return what a further package is added to: nothing, where the stock has changed since it was counted."""
        return quant.inventory_quantity if quant.inventory_quantity_set and not quant.is_outdated else 0

    @api.model
    def _count(self, quant, quantity):
        """Make ``quantity`` the user's count of what lies there now."""
        counted = quant.product_uom_id.round(quantity)
        quant.product_id._clinic_check_whole(counted)
        quant.write(
            {
                "inventory_quantity": counted,
                "inventory_quantity_set": True,
                # Also where the same number is counted again: from now on the count is compared with this stock.
                "inventory_diff_quantity": counted - quant.quantity,
                "user_id": self.env.uid,
            }
        )

    # -- words ---------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_line(self, quant):
        """Return a line of the count, ready for JSON. What is expected is told once it was counted."""
        is_counted = quant.inventory_quantity_set
        others = quant.user_id - self.env.user
        return {
            **self._prepare_item(quant.product_id, quant.lot_id),
            "id": quant.id,
            "counted": quant.inventory_quantity if is_counted else None,
            "expected": quant.quantity if is_counted else None,
            "outdated": quant.is_outdated,
            "user": others.sudo().name if is_counted and others else None,
        }

    @api.model
    def _prepare_difference(self, quant):
        unit = quant.product_uom_id
        return {
            "id": quant.id,
            "name": self._item_name(quant.product_id, quant.lot_id),
            "difference": unit.round(quant.inventory_quantity - quant.quantity),
            "uom": unit.name,
        }

    @api.model
    def _last_count(self, location, product, lot):
        """Return the id of the move that has last corrected how much of this lies in ``location``."""
        moved = [
            ("move_id.is_inventory", "=", True),
            ("state", "=", "done"),
            ("product_id", "=", product.id),
            ("lot_id", "=", lot.id),
            "|",
            ("location_id", "=", location.id),
            ("location_dest_id", "=", location.id),
        ]
        return self.env["stock.move.line"].search(moved, order="id desc", limit=1).move_id.id or None

    @api.model
    def _conflict_message(self, quant):
        unit = quant.product_uom_id
        return self.env._(
            "%(item)s: the stock changed after it was counted, from %(before)s to %(now)s %(unit)s. Count it again.",
            item=self._item_name(quant.product_id, quant.lot_id),
            before=self._amount(quant.inventory_quantity - quant.inventory_diff_quantity, unit),
            now=self._amount(quant.quantity, unit),
            unit=unit.name,
        )
