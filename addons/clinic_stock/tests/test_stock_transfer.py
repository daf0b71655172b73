from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES

from .test_stock_count import GTIN, ScanCommon


class TransferCommon(ScanCommon):
    """The same items in the store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transfers = cls.env["clinic.stock.transfer"].with_user(cls.users["warehouse"])
        for lot, quantity in ((cls.lot_soon, 150), (cls.lot_late, 300), (cls.lot_expired, 50)):
            cls._store_lot(cls.toxin, quantity, lot)
        cls._store_lot(cls.cream, 40, cls.lot_cream)
        cls._store_lot(cls.gloves, 200)

    def _wish(self, product, quantity, lot=None, uom=None):
        return {
            "product_id": product.id,
            "lot_id": lot.id if lot else None,
            "quantity": quantity,
            "uom_id": (uom or product.uom_id).id,
        }

    def _in_store(self, product, lot=None):
        return sum(self._quant(product, lot, self.store).mapped("quantity"))


@tagged("post_install", "-at_install")
class TestStockTransfer(TransferCommon):
    def _transfer(self, *wishes, route="rooms"):
        result = self.transfers.transfer(route, list(wishes))
        return self.env["stock.picking"].browse(result["id"])

    # -- choosing ------------------------------------------------------------------------------------------------------

    def test_from_the_store_to_the_treatment_rooms_comes_first(self):
        loaded = self.transfers.load()
        self.assertEqual(loaded["route"], "rooms")
        self.assertEqual(self.transfers.count_receipts(), 0)
        self.assertEqual([one["key"] for one in loaded["routes"]], ["rooms", "store"])
        lots = [(line["lot"], line["free"]) for line in loaded["lines"] if line["product"] == "Toxin"]
        self.assertEqual(lots, [("SOON", 150), ("LATE", 300), ("OLD", 50)])
        back = self.transfers.load("store")["lines"]
        self.assertEqual(self._line(back, self.toxin, self.lot_soon)["free"], 30)

    def test_the_first_lot_to_expire_is_proposed_until_it_is_used_up(self):
        code = GTIN.lstrip("0")
        first = self.transfers.scan("rooms", code)
        self.assertEqual((first["line"]["lot"], first["quantity"]), ("SOON", 100))
        after = self.transfers.scan("rooms", code, {first["line"]["id"]: 100})
        self.assertEqual(after["line"]["lot"], "LATE")
        self.assertEqual(self.transfers.scan("rooms", f"01{GTIN}10LATE")["line"]["lot"], "LATE")

    def test_a_box_is_a_box(self):
        scanned = self.transfers.scan("rooms", "GLOVES-BOX")
        self.assertEqual((scanned["quantity"], scanned["line"]["free"]), (50, 200))
        units = {unit["name"]: unit["factor"] for unit in scanned["line"]["units"]}
        self.assertEqual(units["Box of 50"], 50)
        self._transfer(self._wish(self.gloves, 2, uom=self.box))
        self.assertEqual((self._in_store(self.gloves), self._on_hand(self.gloves)), (100, 110))

    def test_expired_and_blocked_lots_do_not_go_to_the_treatment_rooms(self):
        self.lot_late.write({"clinic_blocked": True, "clinic_block_reason": "Recall by the maker"})
        past = f"01{GTIN}17200101" + "10SOON"
        for lot, barcode, words in (
            (self.lot_expired, f"01{GTIN}10OLD", "OLD, has expired"),
            (self.lot_late, f"01{GTIN}10LATE", "blocked: Recall by the maker"),
        ):
            with self.subTest(lot=lot.name):
                self.assertRegex(self._line(self.transfers.load()["lines"], self.toxin, lot)["refusal"], words)
                with self.assertRaisesRegex(UserError, words):
                    self.transfers.scan("rooms", barcode)
                with self.assertRaisesRegex(UserError, words):
                    self._transfer(self._wish(self.cream, 5, self.lot_cream), self._wish(self.toxin, 10, lot))
        with self.assertRaisesRegex(UserError, "expired on"):
            self.transfers.scan("rooms", past)
        self.assertEqual(self._in_store(self.cream, self.lot_cream), 40)

    def test_whatever_is_expired_or_blocked_may_be_brought_back(self):
        self.lot_late.write({"clinic_blocked": True, "clinic_block_reason": "Recall"})
        self.assertEqual(self.transfers.scan("store", f"01{GTIN}10OLD")["line"]["lot"], "OLD")
        wishes = [self._wish(self.toxin, 50, self.lot_expired), self._wish(self.toxin, 100, self.lot_late)]
        self.assertEqual(self._transfer(*wishes, route="store").state, "done")
        self.assertEqual(self._on_hand(self.toxin, self.lot_expired), 0)
        self.assertEqual(self._in_store(self.toxin, self.lot_late), 400)

    def test_what_is_not_there_is_said(self):
        self.env["stock.lot"].create({"name": "EMPTY", "product_id": self.toxin.id})
        with self.assertRaisesRegex(UserError, "Not enough of Toxin, lot EMPTY in .*: 0 U free there"):
            self.transfers.scan("rooms", f"01{GTIN}10EMPTY")
        self._quant(self.cream, self.lot_cream, self.store).unlink()
        self.cream.tracking = "lot"
        with self.assertRaisesRegex(UserError, "No good lot of Cream"):
            self.transfers.scan("rooms", "CREAM-50")

    def test_what_lies_there_without_its_lot_is_counted_first(self):
        self._store_lot(self.cream, 5)
        refusal = self._line(self.transfers.load()["lines"], self.cream)["refusal"]
        self.assertRegex(refusal, "without a lot")
        with self.assertRaisesRegex(UserError, "without a lot"):
            self._transfer(self._wish(self.cream, 5))

    # -- moving --------------------------------------------------------------------------------------------------------

    def test_one_tap_is_one_done_internal_transfer_with_its_lots(self):
        picking = self._transfer(
            self._wish(self.toxin, 1, self.lot_soon, self.vial),
            self._wish(self.toxin, 20.5, self.lot_late),
            self._wish(self.gloves, 10),
        )
        self.assertEqual((picking.state, picking.picking_type_id), ("done", self.location.warehouse_id.int_type_id))
        self.assertEqual(
            [(line.product_id, line.lot_id, line.quantity) for line in picking.move_line_ids.sorted("id")],
            [
                (self.toxin, self.lot_soon, 100),
                (self.toxin, self.lot_late, 20.5),
                (self.gloves, self.env["stock.lot"], 10),
            ],
        )
        self.assertEqual((picking.location_id, picking.location_dest_id), (self.store, self.location))
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 130)
        self.assertEqual(self._in_store(self.toxin, self.lot_late), 279.5)
        self.assertFalse(picking.backorder_ids)

    def test_the_same_lot_twice_is_taken_together(self):
        picking = self._transfer(self._wish(self.toxin, 100, self.lot_soon), self._wish(self.toxin, 50, self.lot_soon))
        self.assertEqual(picking.move_ids.quantity, 150)

    def test_it_is_taken_from_the_shelves_where_it_lies(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.store.id})
        self._store_lot(self.cream, 30, self.lot_cream, shelf)
        self.assertEqual(self._line(self.transfers.load()["lines"], self.cream, self.lot_cream)["free"], 70)
        picking = self._transfer(self._wish(self.cream, 60, self.lot_cream))
        self.assertEqual(picking.move_line_ids.location_id, self.store | shelf)
        quants = self.env["stock.quant"].search([("product_id", "=", self.cream.id)])
        self.assertFalse(quants.filtered(lambda quant: quant.quantity < 0 and quant.location_id.usage == "internal"))
        self.assertEqual(self._on_hand(self.cream), 70)

    def test_too_much_is_refused_and_nothing_is_moved(self):
        before = self.env["stock.picking"].search_count([])
        with self.assertRaisesRegex(UserError, "Toxin, lot SOON.*150 U free there. 151 U asked for"):
            self._transfer(self._wish(self.gloves, 10), self._wish(self.toxin, 151, self.lot_soon))
        self.assertEqual(self.env["stock.picking"].search_count([]), before)
        self.assertEqual(self._in_store(self.gloves), 200)

    def test_what_is_reserved_for_somebody_else_is_not_free(self):
        quant = self._quant(self.toxin, self.lot_soon, self.store)
        quant._update_reserved_quantity(self.toxin, self.store, 100, lot_id=self.lot_soon)
        with self.assertRaisesRegex(UserError, "50 U free there"):
            self._transfer(self._wish(self.toxin, 60, self.lot_soon))

    def test_bad_input_is_refused_in_words(self):
        good = self._wish(self.gloves, 1)
        cases = [
            ("rooms", [], "Scan what is transferred"),
            ("rooms", None, "Scan what is transferred"),
            ("rooms", ["x"], "by their names"),
            ("rooms", [{**good, "product_id": 0}], "existing"),
            ("rooms", [{**good, "uom_id": "1"}], "existing"),
            ("rooms", [{**good, "lot_id": -5}], "existing"),
            ("rooms", [{**good, "lot_id": self.lot_late.id}], "is not one of"),
            ("rooms", [{**good, "uom_id": self.ml.id}], "not measured in"),
            ("rooms", [{**good, "quantity": 0}], "how much of Gloves"),
            ("rooms", [{**good, "quantity": 0.001}], "how much of Gloves"),
            ("rooms", [{**good, "quantity": -1}], "Enter a quantity"),
            ("rooms", [{**good, "quantity": None}], "Enter a quantity"),
            ("nowhere", [good], "Choose from where"),
            (None, [good], "Choose from where"),
        ]
        for route, lines, words in cases:
            with self.subTest(route=route, lines=lines), self.assertRaisesRegex(UserError, words):
                self.transfers.transfer(route, lines)
        self.assertEqual(self._in_store(self.gloves), 200)
        with self.assertRaisesRegex(UserError, "Enter a quantity"):
            self.transfers.scan("rooms", GTIN, {"1-1": "many"})

    def test_internal_transfers_are_offered(self):
        warehouse = self.location.warehouse_id
        warehouse.int_type_id.active = False
        self.assertEqual(self._transfer(self._wish(self.gloves, 1)).state, "done")
        warehouse._activate_internal_transfers()
        self.assertTrue(warehouse.int_type_id.active)

    def test_a_branch_without_a_warehouse_is_told_so(self):
        self.branch.treatment_location_id = False
        with self.assertRaisesRegex(UserError, "no treatment-room stock"):
            self.transfers.load()

    def test_only_warehouse_and_manager_transfer(self):
        wishes = [self._wish(self.gloves, 1)]
        calls = {
            "load": (),
            "scan": ("rooms", "GLOVES-M"),
            "transfer": ("rooms", wishes),
            "load_receipts": (),
            "count_receipts": (),
        }
        for role in ROLES:
            transfers = self.transfers.with_user(self.users[role])
            for method, args in calls.items():
                with self.subTest(role=role, method=method):
                    if role in ("warehouse", "manager"):
                        getattr(transfers, method)(*args)
                    else:
                        with self.assertRaises(AccessError):
                            getattr(transfers, method)(*args)
        with self.assertRaises(AccessError):
            self.transfers.with_user(self.users["practitioner"]).receive(1)
