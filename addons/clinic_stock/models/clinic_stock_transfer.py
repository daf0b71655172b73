from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_table, a_text, takes

from .clinic_stock_scan import COUNTED


class ClinicStockTransfer(models.AbstractModel):
    """Bringing items from one place to another with a scanner: one tap is one done transfer of Odoo's own."""

    _name = "clinic.stock.transfer"
    _inherit = ["clinic.stock.scan"]
    _description = "Transfer with a Scanner"

    @takes(route=a_text(100))
    @api.model
    def load(self, route=None):
        """Return the ways that items can go and what lies at the start of one of them, ready for JSON.

        :param route: the "key" of the way; None for that from the store to the treatment rooms
        :raises AccessError: for those who do not keep the stock
        """
        self._check_warehouse()
        routes = self._routes()
        chosen = self._route(route, routes) if route else routes[0]
        return {
            "route": chosen["key"],
            "routes": [{"key": one["key"], "name": one["name"]} for one in routes],
            "lines": self._load_lines(chosen),
        }

    @takes(route=a_text(100, optional=True), barcode=a_text(optional=True), taken=a_table(COUNTED, most=100_000))
    @api.model
    def scan(self, route, barcode, taken=None):
        """Return the line of the package on which ``barcode`` stands, and how much of it one scan is.

        :param taken: {line id: quantity} of what is on the transfer already, so that the next lot is proposed in time
        :return: {"line", "quantity"}, in the item's unit; where the code names no lot, of the first lot to expire
        :raises UserError: unknown, not there, expired or blocked; in words
        """
        self._check_warehouse()
        route = self._route(route)
        product, code = self._read_item(barcode)
        quantity = self._code_quantity(product, code)
        lot = self._find_lot(route, product, code, quantity, taken or {})
        free = sum(quant.quantity - quant.reserved_quantity for quant in self._quants(route, product, lot))
        if refusal := self._refusal(route, product, lot):
            raise UserError(refusal)
        if not route["to_store"]:
            self.env["clinic.barcode"]._check_expiry(product, code)
        if product.uom_id.compare(free, 0) <= 0:
            raise UserError(self._not_enough_message(route, product, lot, free))
        return {"line": self._prepare_line(route, product, lot, free), "quantity": quantity}

    # -- where ---------------------------------------------------------------------------------------------------------

    @api.model
    def _routes(self):
        """Return the ways of the current branch; other files add more."""
        rooms, store = self.env.company._get_treatment_location().sudo(False), self._store()
        picking_type = self._warehouse(self.env.company).int_type_id.sudo(False)
        return [
            self._prepare_route("rooms", store, rooms, picking_type),
            self._prepare_route("store", rooms, store, picking_type, to_store=True),
        ]

    @api.model
    def _prepare_route(self, key, source, destination, picking_type, **values):
        name = self.env._("%(start)s → %(end)s", start=source.name, end=destination.name)
        return {
            "key": key,
            "name": name,
            "source": source,
            "destination": destination,
            "picking_type": picking_type,
            "branch": self.env["res.company"],
            # Whatever is expired or blocked may be brought back, and nowhere else.
            "to_store": False,
            **values,
        }

    @api.model
    def _route(self, key, routes=None):
        """Return the way of ``key``. Raises ``UserError`` when there is none."""
        for route in routes or self._routes():
            if route["key"] == key:
                return route
        raise UserError(self.env._("Choose from where to where the items go."))

    # -- what lies there -----------------------------------------------------------------------------------------------

    @api.model
    def _load_lines(self, route):
        """Return what is free at the start of the way by name, the first lot to expire first, the refused ones last."""
        groups = self.env["stock.quant"]._read_group(
            Domain("location_id", "child_of", route["source"].id) & Domain("quantity", ">", 0),
            ["product_id", "lot_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        groups.sort(key=lambda group: self._item_order(group[0], group[1]))
        lines = [
            self._prepare_line(route, product, lot, quantity - reserved)
            for product, lot, quantity, reserved in groups
            if product.uom_id.compare(quantity - reserved, 0) > 0
        ]
        return sorted(lines, key=lambda line: bool(line["refusal"]))

    @api.model
    def _prepare_line(self, route, product, lot, free):
        """Return an item and lot that can be transferred, ready for JSON."""
        return {
            **self._prepare_item(product, lot),
            "id": self._line_id(product, lot),
            "free": product.uom_id.round(free),
            "units": [
                {"id": unit.id, "name": unit.name, "factor": unit._compute_quantity(1, product.uom_id, round=False)}
                for unit in product.uom_id | product.uom_ids
            ],
            "refusal": self._refusal(route, product, lot),
        }

    @api.model
    def _line_id(self, product, lot):
        return f"{product.id}-{lot.id or 0}"

    @api.model
    def _refusal(self, route, product, lot):
        """Return in words why this lot must not go this way; None when it may."""
        item = self._item_name(product, lot)
        if product.tracking != "none" and not lot:
            return self.env._("Some of %s lies there without a lot. Count it by lot first.", item)
        if route["to_store"]:
            return None
        if lot.clinic_blocked:
            return self.env._("%(item)s, is blocked: %(reason)s.", item=item, reason=lot.clinic_block_reason)
        if lot._clinic_expired():
            return self.env._("%s, has expired. Take another lot.", item)
        return None

    @api.model
    def _quants(self, route, product, lot):
        """Return where this lot lies at the start of the way, in the order in which it is taken."""
        domain = [
            ("location_id", "child_of", route["source"].id),
            ("product_id", "=", product.id),
            ("lot_id", "=", lot.id),
            ("quantity", ">", 0),
        ]
        return self.env["stock.quant"].search(domain, order="in_date, id")

    @api.model
    def _find_lot(self, route, product, code, quantity, taken):
        """Return the lot that the code names, else the first to expire that has ``quantity`` left."""
        if code["lot"] or product.tracking == "none":
            lot = self.env["clinic.barcode"]._find_lot(product, code)
            return lot.sudo(False) if lot else self.env["stock.lot"]
        left = {
            lot: free - taken.get(self._line_id(product, lot), 0)
            for lot, free in self.env["stock.lot"]._clinic_available(product, self._places(route["source"])).items()
        }
        unit = product.uom_id
        enough = [lot for lot, free in left.items() if unit.compare(free, quantity) >= 0]
        some = [lot for lot, free in left.items() if unit.compare(free, 0) > 0]
        lot = next(iter(enough or some or left), None)
        if not lot:
            raise UserError(
                self.env._(
                    "No good lot of %(item)s is in %(location)s. Choose one from the list, or count.",
                    item=product.display_name,
                    location=route["source"].display_name,
                )
            )
        return lot

    @api.model
    def _places(self, location):
        """Return ``location`` and its shelves, where goods may lie as well."""
        return location.search([("id", "child_of", location.id)])

    @api.model
    def _not_enough_message(self, route, product, lot, free, asked=None):
        unit = product.uom_id
        message = self.env._(
            "Not enough of %(item)s in %(location)s: %(free)s %(unit)s free there.",
            item=self._item_name(product, lot),
            location=route["source"].display_name,
            free=self._amount(max(free, 0), unit),
            unit=unit.name,
        )
        if asked is None:
            return message + " " + self.env._("If it lies there, count it first.")
        wish = self.env._("%(asked)s %(unit)s asked for.", asked=self._amount(asked, unit), unit=unit.name)
        return message + " " + wish
