from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .test_stock_transfer import TransferCommon

TRANSIT = "stock.stock_location_inter_company"


@tagged("post_install", "-at_install")
class TestStockBranch(TransferCommon):
    """Goods go from one branch to another, of which the sender's warehouse has no rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Second Branch", "parent_id": cls.branch.id})
        cls.their_user = new_test_user(
            cls.env,
            login="test_other_warehouse",
            groups="clinic.group_warehouse",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        cls.theirs = cls.env(user=cls.their_user, context={"allowed_company_ids": cls.other.ids})[
            "clinic.stock.transfer"
        ]
        cls.their_store = cls.other._get_treatment_location().warehouse_id.lot_stock_id
        cls.route = f"branch-{cls.other.id}"

    def _ship(self, *wishes):
        return self.env["stock.picking"].browse(self.transfers.transfer(self.route, list(wishes))["id"])

    def _take_in(self):
        [receipt] = self.theirs.load_receipts()
        self.theirs.receive(receipt["id"])
        return self.env["stock.picking"].sudo().browse(receipt["id"])

    def _create_costed(self, method):
        """Return an item whose cost is kept by ``method`` in both branches."""
        category = self.env["product.category"].create({"name": method})
        for branch in (self.branch, self.other):
            category.with_company(branch).property_cost_method = method
        # No item used in procedures, the cost of which may be kept in one way alone.
        plain = {"clinic_item": False, "lot_valuated": False, "use_expiration_date": False}
        return self._create_item(f"Filler {method}", self.ml, categ_id=category.id, **plain)

    def test_the_ways_lead_to_each_other_branch(self):
        loaded = self.transfers.load()
        self.assertEqual([one["key"] for one in loaded["routes"]], ["rooms", "store", self.route])
        self.assertEqual(loaded["routes"][-1]["name"], "Stock → Second Branch")
        self.assertEqual(self.theirs.load()["routes"][-1]["key"], f"branch-{self.branch.id}")

    def test_shipped_by_one_and_received_by_the_other(self):
        shipped = self._ship(
            self._wish(self.toxin, 1, self.lot_soon, self.vial),
            self._wish(self.toxin, 20.5, self.lot_late),
            self._wish(self.gloves, 10),
        )
        transit = self.env.ref(TRANSIT)
        self.assertEqual((shipped.state, shipped.company_id, shipped.location_dest_id), ("done", self.branch, transit))
        self.assertEqual(self._in_store(self.toxin, self.lot_soon), 50)
        self.assertEqual(self.transfers.count_receipts(), 0)
        self.assertEqual(self.theirs.count_receipts(), 1)
        [receipt] = self.theirs.load_receipts()
        self.assertEqual((receipt["branch"], receipt["origin"]), ("Test Clinic", shipped.name))
        self.assertEqual(
            [(line["product"], line["lot"], line["quantity"]) for line in receipt["lines"]],
            [("Toxin", "SOON", 100), ("Toxin", "LATE", 20.5), ("Gloves", None, 10)],
        )
        received = self._take_in()
        self.assertEqual((received.state, received.company_id), ("done", self.other))
        self.assertEqual(received.move_ids.move_orig_ids, shipped.move_ids)
        self.assertEqual(received.move_line_ids.lot_id, self.lot_soon | self.lot_late)
        self.assertEqual(self._quant(self.toxin, self.lot_late, self.their_store).quantity, 20.5)
        self.assertFalse(self.env["stock.quant"].search([("location_id", "=", transit.id), ("quantity", "!=", 0)]))
        self.assertFalse(self.theirs.load_receipts())

    def test_the_goods_keep_their_value(self):
        for method in ("standard", "average", "fifo"):
            with self.subTest(method=method):
                product = self._create_costed(method)
                lot = self.env["stock.lot"].create({"name": "F1", "product_id": product.id})
                self._store_lot(product, 10, lot)
                product.with_company(self.branch).standard_price = 80
                self.assertFalse(product.with_company(self.other).standard_price)
                shipped = self._ship(self._wish(product, 4, lot))
                received = self._take_in()
                self.assertEqual((shipped.move_ids.value, received.move_ids.value), (320, 320))
                theirs = self.theirs.env["product.product"].browse(product.id)
                self.assertEqual((theirs.standard_price, theirs.total_value), (80, 320))
                self.assertIn(shipped.move_ids.reference, received.move_ids.value_justification)

    def test_each_lot_keeps_its_own_cost(self):
        for method in ("standard", "average"):
            with self.subTest(method=method):
                product = self._create_costed(method)
                product.lot_valuated = True
                cheap, dear = self.env["stock.lot"].create(
                    [{"name": name, "product_id": product.id} for name in ("CHEAP", "DEAR")]
                )
                for lot, cost in ((cheap, 50), (dear, 200)):
                    self._store_lot(product, 10, lot)
                    lot.with_company(self.branch).standard_price = cost
                self._ship(self._wish(product, 2, cheap), self._wish(product, 3, dear))
                received = self._take_in()
                self.assertEqual(received.move_ids.mapped("value"), [100, 600])
                for lot, cost in ((cheap, 50), (dear, 200)):
                    self.assertEqual(lot.with_company(self.other).standard_price, cost)
                    self.assertEqual(lot.with_company(self.branch).standard_price, cost)

    def test_a_cost_that_the_branch_has_set_stays(self):
        product = self._create_costed("standard")
        lot = self.env["stock.lot"].create({"name": "F1", "product_id": product.id})
        self._store_lot(product, 10, lot)
        product.with_company(self.other).standard_price = 70
        self._ship(self._wish(product, 4, lot))
        self.assertEqual(self._take_in().move_ids.value, 400)
        self.assertEqual(product.with_company(self.other).standard_price, 70)

    def test_a_part_of_a_delivery_has_a_part_of_the_value(self):
        self._ship(self._wish(self.cream, 8, self.lot_cream))
        [receipt] = self.theirs.load_receipts()
        picking = self.theirs.env["stock.picking"].browse(receipt["id"])
        picking.move_ids.quantity = 2
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.move_ids.value, 200)
        rest = self._take_in()
        self.assertEqual((rest.backorder_id, rest.move_ids.value), (picking, 600))

    def test_parts_of_a_delivery_add_up_to_its_value(self):
        for costed in (self.cream, self.lot_cream):
            costed.with_company(self.branch).standard_price = 33.33
        sent = self._ship(self._wish(self.cream, 1.5, self.lot_cream)).move_ids.value
        values = []
        for _time in range(2):
            [receipt] = self.theirs.load_receipts()
            picking = self.theirs.env["stock.picking"].browse(receipt["id"])
            picking.move_ids.quantity = 0.5
            picking.with_context(skip_backorder=True).button_validate()
            values.append(picking.move_ids.value)
        values.append(self._take_in().move_ids.value)
        # A third of 50.00 rounded three times is 50.01.
        self.assertAlmostEqual(sum(values), sent, 2)

    def test_expired_and_blocked_lots_stay(self):
        self.lot_late.write({"clinic_blocked": True, "clinic_block_reason": "Recall"})
        for lot, words in ((self.lot_expired, "has expired"), (self.lot_late, "is blocked")):
            with self.subTest(lot=lot.name), self.assertRaisesRegex(UserError, words):
                self._ship(self._wish(self.toxin, 10, lot))

    def test_a_lot_that_is_blocked_on_its_way_still_arrives_in_the_store(self):
        self._ship(self._wish(self.toxin, 10, self.lot_late))
        self.lot_late.write({"clinic_blocked": True, "clinic_block_reason": "Recall"})
        self.assertEqual(self._take_in().state, "done")

    def test_what_belongs_to_one_branch_alone_stays(self):
        own = self._create_item("Own Cream", self.ml, company_id=self.branch.id, use_expiration_date=False)
        lot = self.env["stock.lot"].create({"name": "O1", "product_id": own.id, "company_id": self.branch.id})
        self._store_lot(own, 5, lot)
        with self.assertRaisesRegex(UserError, "kept for Test Clinic alone"):
            self._ship(self._wish(own, 1, lot))
        self.transfers.transfer("rooms", [self._wish(own, 1, lot)])

    def test_too_much_is_refused_and_nothing_is_announced(self):
        with self.assertRaisesRegex(UserError, "151 U asked for"):
            self._ship(self._wish(self.toxin, 151, self.lot_soon))
        self.assertFalse(self.theirs.load_receipts())

    def test_only_what_was_sent_to_the_branch_is_received_there_and_once(self):
        self._ship(self._wish(self.gloves, 10))
        [receipt] = self.theirs.load_receipts()
        for transfers, picking in ((self.transfers, receipt["id"]), (self.theirs, 0), (self.theirs, "1")):
            with self.subTest(picking=picking), self.assertRaisesRegex(UserError, "existing"):
                transfers.receive(picking)
        both = (self.branch | self.other).ids
        self.users["warehouse"].company_ids |= self.other
        with self.assertRaisesRegex(UserError, "not ready to be received here"):
            self.transfers.with_context(allowed_company_ids=both).receive(receipt["id"])
        self.theirs.receive(receipt["id"])
        with self.assertRaisesRegex(UserError, "received already"):
            self.theirs.receive(receipt["id"])

    def test_the_transit_is_there_when_it_is_needed(self):
        self.env.ref(TRANSIT).active = False
        self._ship(self._wish(self.gloves, 10))
        self.assertTrue(self.env.ref(TRANSIT).active)
        self.assertEqual(self._take_in().state, "done")

    def test_another_company_is_no_branch(self):
        stranger = self.env["res.company"].create({"name": "Another Clinic"})
        self.assertNotIn(f"branch-{stranger.id}", [one["key"] for one in self.transfers.load()["routes"]])
