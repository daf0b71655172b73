from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_day, a_text, an_id, is_nothing, takes

from .clinic_stock_scan import COUNTED

_lt = LazyTranslate(__name__)


class ClinicStockTransfer(models.AbstractModel):
    """What is to be received: deliveries of suppliers as well as of other branches, the same here as on the home.

    Of a supplier's delivery, what has come is entered lot by lot, by a scan or by hand. It is kept on the native
    receipt at once, and comes into the store when the delivery is received; the rest stays expected.
    """

    _inherit = "clinic.stock.transfer"

    @api.model
    def count_receipts(self):
        """Return how many deliveries wait here."""
        self._check_warehouse()
        return len(self._receipts())

    @api.model
    def _receipts_domain(self):
        return Domain(
            [
                ("company_id", "=", self.env.company.id),
                ("picking_type_code", "=", "incoming"),
                ("state", "=", "assigned"),
            ]
        )

    @api.model
    def _receipts(self):
        """Return the deliveries that wait in the current branch, the first to come first."""
        return self.env["stock.picking"].search(self._receipts_domain(), order="scheduled_date, id")

    @api.model
    def _is_sent(self, picking):
        """Return whether another branch has sent this delivery: it is known by lot what is in it."""
        return picking.location_id == self.env.ref("stock.stock_location_inter_company")

    # -- what is shown ------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_receipt(self, picking):
        if self._is_sent(picking):
            return {**super()._prepare_receipt(picking), "is_sent": True}
        zone = self.env.company._clinic_timezone().zone
        return {
            "id": picking.id,
            "name": picking.name,
            "origin": picking.origin or None,
            "branch": picking.partner_id.display_name or None,
            "sent": format_datetime(self.env, picking.scheduled_date, tz=zone, dt_format="short"),
            "is_sent": False,
            "lines": [self._prepare_delivered(move) for move in self._waiting_moves(picking)],
        }

    @api.model
    def _prepare_delivered(self, move):
        """Return what is expected by a move of a supplier's delivery, and what has been entered of it."""
        product = move.product_id
        entries = self._entries(move)
        # What has neither lot nor date is as ordered until somebody says otherwise.
        received = (
            sum(entries.mapped("quantity_product_uom")) if entries or self._has_lots(product) else move.product_qty
        )
        return {
            **self._prepare_item(product, self.env["stock.lot"]),
            "id": move.id,
            "expected": move.product_qty,
            "received": product.uom_id.round(received),
            "missing": product.uom_id.round(max(move.product_qty - received, 0)),
            "has_lots": self._has_lots(product),
            "has_expiry": product.use_expiration_date,
            "entries": [self._prepare_entry(line) for line in entries],
        }

    @api.model
    def _prepare_entry(self, line):
        day = line.lot_id.clinic_expiry_day or self._day_of(line.expiration_date)
        return {
            "id": line.id,
            "lot": line.lot_id.name or line.lot_name or None,
            "expiry": fields.Date.to_string(day) if day else None,
            "expires": format_date(self.env, day) if day else None,
            "quantity": line.quantity_product_uom,
        }

    @api.model
    def _day_of(self, moment):
        return self.env.company._clinic_local(moment).date() if moment else None

    @api.model
    def _waiting_moves(self, pickings):
        return pickings.move_ids.filtered(lambda move: move.state not in ("draft", "done", "cancel"))

    @api.model
    def _has_lots(self, product):
        return product.tracking != "none"

    @api.model
    def _entries(self, move):
        """Return the lines of ``move`` that somebody has entered: the others are what Odoo expects."""
        return move.move_line_ids.filtered("picked")

    # -- entering -----------------------------------------------------------------------------------------------------

    @takes(barcode=a_text(optional=True), picking_id=an_id())
    @api.model
    def scan_delivery(self, barcode, picking_id=None):
        """Enter the package on which ``barcode`` stands into the delivery that expects it.

        :param picking_id: the delivery that is open on the screen; it comes before the others
        :return: {"receipt", "move_id", "entry"} what was entered; or {"ask": {"move_id", "lot"}} where the code does
            not name lot and expiry, which a hand enters then
        :raises UserError: unknown item, or nothing of it is expected; in words
        """
        self._check_warehouse()
        product, code = self._read_item(barcode)
        move = self._expected_move(product, picking_id)
        lot = self._known_lot(product, code["lot"])
        expiry = code["expiry"] or lot.clinic_expiry_day
        if self._has_lots(product) and (not code["lot"] or (product.use_expiration_date and not expiry)):
            return {"ask": {"move_id": move.id, "picking_id": move.picking_id.id, "lot": code["lot"]}}
        entry = self._enter(move, code["lot"], expiry, self._code_quantity(product, code), add=True)
        receipt = self._prepare_receipt(move.picking_id)
        return {"receipt": receipt, "move_id": move.id, "entry": self._prepare_entry(entry)}

    @api.model
    def _expected_move(self, product, picking_id):
        """Return the move of a supplier's delivery that expects ``product``, one of which some is missing first."""
        pickings = self._receipts().filtered(lambda picking: not self._is_sent(picking))
        moves = self._waiting_moves(pickings).filtered(lambda move: move.product_id == product)
        if not moves:
            raise UserError(
                self.env._(
                    "No delivery of %s is expected. Order it first, or receive it in Inventory → Receipts.",
                    product.display_name,
                )
            )

        def rank(move):
            missing = move.product_qty - sum(self._entries(move).mapped("quantity_product_uom"))
            return product.uom_id.compare(missing, 0) <= 0, move.picking_id.id != picking_id

        return moves.sorted(rank)[:1]

    @api.model
    def _known_lot(self, product, name):
        """Return the lot ``name`` of ``product`` that the branch knows already, or an empty one."""
        lots = self.env["stock.lot"]
        if not name:
            return lots
        named = Domain("product_id", "=", product.id) & Domain("name", "=", name)
        return lots.search(named & self.env["clinic.barcode"]._branch_domain(), limit=1)

    @takes(
        move_id=an_id(),
        lot=a_text(200),
        expiry=a_day(says=_lt("Enter the expiry date as a date.")),
        quantity=COUNTED,
        entry_id=an_id(),
    )
    @api.model
    def enter_delivery(self, move_id, lot=None, expiry=None, quantity=None, entry_id=None):
        """Enter by hand what has come, and return the delivery.

        :param move_id: what was expected
        :param lot: the lot's name, as printed on the package; None for items without lots
        :param expiry: its day of expiry, as "2027-03-31"; None for items without one, or where the lot is known
        :param quantity: in the item's unit; 0 takes the entry out
        :param entry_id: the entry that is corrected; None for a new one
        :raises UserError: when something of it is missing or cannot be; in words
        """
        self._check_warehouse()
        move = self._delivered_move(move_id)
        if is_nothing(quantity):
            raise UserError(self.env._(COUNTED.says))
        entry = self._entries(move).filtered(lambda line: line.id == entry_id)
        if entry_id and not entry:
            raise UserError(self.env._("This lot is not in the delivery any more."))
        name = lot.strip() if lot else None
        day = expiry or self._known_lot(move.product_id, name).clinic_expiry_day
        if self._has_lots(move.product_id) and not quantity:
            entry.unlink()
        else:
            self._enter(move, name, day, quantity, entry=entry)
        self._fill_up(move)
        return self._prepare_receipt(move.picking_id)

    @api.model
    def _delivered_move(self, move_id):
        """Return the move of a supplier's delivery that waits here. Raises ``UserError`` when it is none."""
        move = self._existing("stock.move", move_id)
        picking = move.picking_id
        if picking not in self._receipts() or self._is_sent(picking) or move not in self._waiting_moves(picking):
            raise UserError(self.env._("%s is not expected here any more.", move.product_id.display_name))
        return move

    @api.model
    def _enter(self, move, lot, expiry, quantity, entry=None, add=False):
        """Keep on the receipt that ``quantity`` of ``lot`` has come, and return its line."""
        product = move.product_id
        self._check_delivered(product, lot, expiry)
        same = self._entries(move).filtered(lambda line: (line.lot_id.name or line.lot_name or None) == (lot or None))
        line = entry or same[:1]
        if line and (add or (same and line not in same)):
            quantity += line.quantity_product_uom
        product._clinic_check_whole(quantity)
        last = self.env["stock.lot"]._clinic_day_end(expiry) if expiry else False
        values = {
            "product_uom_id": product.uom_id.id,
            "quantity": quantity,
            "lot_name": lot if self._has_lots(product) else False,
            "expiration_date": last,
            "picked": True,
        }
        # What Odoo expects as one line becomes what has come.
        line = line or move.move_line_ids.filtered(lambda line: not line.picked and not line.lot_id)[:1]
        if line:
            line.write(values)
        else:
            line = line.create({**move._prepare_move_line_vals(), **values})
        self._fill_up(move)
        return line

    @api.model
    def _check_delivered(self, product, lot, expiry):
        """Raise ``UserError`` when what has come is not described, or cannot be taken in."""
        if self._has_lots(product) and not lot:
            raise UserError(self.env._("Enter the lot of %s, as it is printed on the package.", product.display_name))
        if self._has_lots(product) and product.use_expiration_date and not expiry:
            raise UserError(
                self.env._(
                    "Enter the expiry date of lot %(lot)s of %(product)s, as it is printed on the package.",
                    lot=lot,
                    product=product.display_name,
                )
            )
        if expiry and expiry < self.env.company._clinic_today():
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s expired on %(date)s. Do not take it in: return it to the supplier.",
                    lot=lot,
                    product=product.display_name,
                    date=format_date(self.env, expiry),
                )
            )
        known = self._known_lot(product, lot).clinic_expiry_day
        if known and expiry and known != expiry:
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s is in stock with the expiry date %(known)s, not %(date)s. Look at the "
                    "package again, or correct the lot.",
                    lot=lot,
                    product=product.display_name,
                    known=format_date(self.env, known),
                    date=format_date(self.env, expiry),
                )
            )

    @api.model
    def _fill_up(self, move):
        """Let the native receipt expect what has not come yet, in one line, and nothing beyond that."""
        product = move.product_id
        waiting = move.move_line_ids.filtered(lambda line: not line.picked)
        missing = product.uom_id.round(move.product_qty - sum(self._entries(move).mapped("quantity_product_uom")))
        waiting[1:].unlink()
        if product.uom_id.compare(missing, 0) <= 0:
            waiting[:1].unlink()
        elif waiting:
            waiting[:1].write({"product_uom_id": product.uom_id.id, "quantity": missing})
        else:
            values = {"product_uom_id": product.uom_id.id, "quantity": missing, "picked": False}
            waiting.create({**move._prepare_move_line_vals(), **values})
        move._recompute_state()

    # -- receiving ----------------------------------------------------------------------------------------------------

    @takes(picking_id=an_id())
    @api.model
    def receive(self, picking_id):
        """Bring a delivery into the store: another branch's as it was sent, a supplier's as far as it was entered.

        :return: {"id", "name", "count", "rest"}; the rest is the name of what is still expected, or None
        :raises UserError: when it was received already, or nothing of it was entered
        """
        self._check_warehouse()
        picking = self._existing("stock.picking", picking_id)
        if picking in self._receipts() and not self._is_sent(picking):
            self._pick_delivered(picking)
        received = super().receive(picking_id)
        rest = self.env["stock.picking"].search([("backorder_id", "=", picking.id), ("state", "!=", "cancel")], limit=1)
        return {**received, "rest": rest.name or None}

    @api.model
    def _pick_delivered(self, picking):
        """Take as come what was entered, and what has no lots as it was ordered unless somebody said otherwise."""
        moves = self._waiting_moves(picking)
        for move in moves:
            if not self._has_lots(move.product_id) and not self._entries(move):
                move.move_line_ids.picked = True
        if not any(line.quantity > 0 for line in self._entries(moves)):
            raise UserError(self.env._("Nothing was entered yet: scan what has come, or enter its lots."))
