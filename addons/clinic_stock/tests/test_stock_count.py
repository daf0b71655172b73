from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES

from .common import StockCommon

GTIN = "04012345678901"


class ScanCommon(StockCommon):
    """A toxin with a GTIN, of which vials are kept; gloves by the piece and by the box."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.toxin.write({"barcode": GTIN.lstrip("0"), "clinic_open_hours": 24, "clinic_vial_uom_id": cls.vial.id})
        cls.cream.barcode = "CREAM-50"
        cls.gloves.barcode = "GLOVES-M"
        cls.box = cls.env["uom.uom"].create(
            {"name": "Box of 50", "relative_uom_id": cls.gloves.uom_id.id, "relative_factor": 50}
        )
        cls.gloves.uom_ids = [Command.link(cls.box.id)]
        cls.env["product.uom"].create({"product_id": cls.gloves.id, "uom_id": cls.box.id, "barcode": "GLOVES-BOX"})
        cls.count = cls.env["clinic.stock.count"].with_user(cls.users["warehouse"])

    @classmethod
    def _store_lot(cls, product, quantity, lot=None, location=None):
        """Put ``quantity`` of ``lot`` into the store."""
        location = location or cls.store
        cls.env["stock.quant"]._update_available_quantity(product, location, quantity, lot_id=lot)

    def _quant(self, product, lot=None, location=None):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("lot_id", "=", lot.id if lot else False),
                ("location_id", "=", (location or self.location).id),
            ]
        )

    def _line(self, lines, product, lot=None):
        [line] = [
            line for line in lines if line["product_id"] == product.id and line["lot_id"] == (lot.id if lot else None)
        ]
        return line


@tagged("post_install", "-at_install")
class TestStockCount(ScanCommon):
    def _scan(self, barcode, **options):
        return self.count.scan(self.location.id, barcode, **options)

    def _set(self, product, quantity, lot=None):
        return self.count.set_count(self.location.id, self._quant(product, lot).id, quantity)

    # -- what is counted -----------------------------------------------------------------------------------------------

    def test_a_lot_expires_on_the_day_of_the_branch(self):
        # Midnight in Karachi.
        self.lot_cream.expiration_date = "2099-01-28 19:00:00"
        line = self._line(self.count.load(self.location.id)["lines"], self.cream, self.lot_cream)
        self.assertEqual(line["expires"], "01/29/2099")

    def test_the_treatment_rooms_come_first_then_the_store(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.store.id})
        loaded = self.count.load()
        self.assertEqual(loaded["location_id"], self.location.id)
        self.assertEqual([one["id"] for one in loaded["locations"]][:2], [self.location.id, self.store.id])
        self.assertIn(shelf.id, [one["id"] for one in loaded["locations"]])
        self.assertFalse(self.count.load(self.store.id)["lines"])

    def test_what_lies_there_is_listed_the_first_to_expire_first_and_blind_until_counted(self):
        lines = self.count.load()["lines"]
        self.assertEqual([line["lot"] for line in lines if line["product"] == "Toxin"], ["OLD", "SOON", "LATE"])
        self.assertEqual({line["expected"] for line in lines}, {None})
        self.assertEqual([line["lot"] for line in lines if line["expired"]], ["OLD"])
        line = self._set(self.toxin, 28, self.lot_soon)
        self.assertEqual((line["counted"], line["expected"], line["uom"]), (28, 30, "U"))

    def test_only_stock_of_the_own_branch_is_counted(self):
        other = self.env["res.company"].create({"name": "Second Branch", "parent_id": self.branch.id})
        theirs = other._get_treatment_location()
        customers = self.env.ref("stock.stock_location_customers")
        self.users["warehouse"].company_ids |= other
        count = self.count.with_context(allowed_company_ids=(self.branch | other).ids)
        for location in (theirs.id, customers.id, self.location.warehouse_id.view_location_id.id, 0, None, "1", True):
            with self.subTest(location=location), self.assertRaises(UserError):
                count.scan(location, "GLOVES-M")
        self.assertNotIn(theirs.id, [one["id"] for one in count.load()["locations"]])

    # -- scanning ------------------------------------------------------------------------------------------------------

    def test_each_scan_adds_one_package(self):
        code = f"01{GTIN}17290100" + "10LATE"
        self.assertEqual(self._scan(code)["line"]["counted"], 100)
        line = self._scan(code)["line"]
        self.assertEqual((line["counted"], line["lot"], line["package"]), (200, "LATE", "Vial 100 U"))
        self.assertEqual(self._scan("GLOVES-M")["line"]["counted"], 1)
        self.assertEqual(self._scan("GLOVES-BOX")["line"]["counted"], 51)
        self.assertEqual(self._scan("LATE")["line"]["counted"], 300)

    def test_the_count_in_the_code_is_taken(self):
        self.gloves.barcode = "4012345678918"
        self.assertEqual(self._scan("01" + "04012345678918" + "3012")["line"]["counted"], 12)

    def test_it_is_odoos_own_count(self):
        self._scan(f"01{GTIN}10LATE")
        quant = self._quant(self.toxin, self.lot_late)
        self.assertTrue(quant.inventory_quantity_set)
        self.assertEqual(
            (quant.inventory_quantity, quant.inventory_diff_quantity, quant.user_id),
            (100, 0, self.users["warehouse"]),
        )
        self.assertEqual(self._line(self.count.load()["lines"], self.toxin, self.lot_late)["counted"], 100)

    def test_one_package_by_hand(self):
        quant = self._quant(self.toxin, self.lot_soon)
        self.assertEqual(self.count.add(self.location.id, quant.id)["counted"], 100)
        self.assertEqual(self.count.add(self.location.id, quant.id)["counted"], 200)

    def test_a_code_without_a_lot_means_the_only_one_there_is(self):
        self.assertEqual(self._scan("CREAM-50")["line"]["lot"], "C1")
        among = self.env["stock.quant"].browse(self._scan(GTIN.lstrip("0"))["choose"])
        self.assertEqual(set(among.lot_id.mapped("name")), {"OLD", "SOON", "LATE"})
        self.assertFalse(among.filtered("inventory_quantity_set"))
        with self.assertRaisesRegex(UserError, "names its lot"):
            self.count.scan(self.store.id, "CREAM-50")

    def test_what_nobody_expected_there_is_counted_as_well(self):
        line = self.count.scan(self.store.id, f"01{GTIN}10LATE")["line"]
        self.assertEqual((line["counted"], line["expected"]), (100, 0))
        self.count.apply(self.store.id)
        self.assertEqual(self._quant(self.toxin, self.lot_late, self.store).quantity, 100)

    def test_a_lot_that_was_never_received_is_taken_up_when_the_warehouse_says_so(self):
        code = f"01{GTIN}17290131" + "10NEVER"
        self.assertEqual(self._scan(code), {"unknown_lot": {"lot": "NEVER", "product": "Toxin"}})
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "NEVER")]))
        line = self._scan(code, new_lot=True)["line"]
        self.assertEqual((line["lot"], line["counted"], line["expected"]), ("NEVER", 100, 0))
        lot = self.env["stock.lot"].browse(line["lot_id"])
        local = self.branch._clinic_local(lot.expiration_date)
        self.assertEqual((local.date().isoformat(), local.hour), ("2029-01-31", 23))
        self.assertEqual(self._scan(code)["line"]["counted"], 200)

    def test_a_lot_is_not_taken_up_without_its_expiry_date(self):
        code = f"01{GTIN}10DATELESS"
        with self.assertRaisesRegex(UserError, "DATELESS names no expiry date"):
            self._scan(code, new_lot=True)
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "DATELESS")]))
        self.toxin.use_expiration_date = False
        self.assertEqual(self._scan(code, new_lot=True)["line"]["counted"], 100)

    def test_unknown_codes_are_refused_in_words(self):
        self.env["product.product"].create({"name": "Advice", "type": "service", "barcode": "ADVICE-1"})
        self.env["stock.lot"].create({"name": "LATE", "product_id": self.cream.id})
        cases = {
            "LATE": "Several items have a lot",
            "": "Scan the barcode",
            None: "Scan the barcode",
            "99999": "No item has",
            "ADVICE-1": "is not kept",
        }
        for barcode, words in cases.items():
            with self.subTest(barcode=barcode), self.assertRaisesRegex(UserError, words):
                self._scan(barcode)

    # -- typing --------------------------------------------------------------------------------------------------------

    def test_a_typed_quantity_replaces_the_count(self):
        self._scan(f"01{GTIN}10LATE")
        self.assertEqual(self._set(self.toxin, 87.5, self.lot_late)["counted"], 87.5)
        self.assertEqual(self._set(self.toxin, 0, self.lot_late)["counted"], 0)
        self.assertEqual(self._set(self.cream, 9.999, self.lot_cream)["counted"], 10)

    def test_what_is_no_quantity_is_refused(self):
        for quantity in (-1, "12", True, [1], float("nan"), float("inf"), 1e12):
            with self.subTest(quantity=quantity), self.assertRaisesRegex(UserError, "Enter a quantity"):
                self._set(self.gloves, quantity)
        self.assertFalse(self._quant(self.gloves).inventory_quantity_set)

    def test_a_count_is_taken_back(self):
        self._set(self.gloves, 3)
        self.assertIsNone(self._set(self.gloves, None)["counted"])
        self.assertFalse(self._quant(self.gloves).inventory_quantity_set)
        found = self.count.scan(self.store.id, "GLOVES-M")["line"]
        self.assertIsNone(self.count.set_count(self.store.id, found["id"], None))
        self.assertFalse(self.count.load(self.store.id)["lines"])

    def test_a_line_of_another_place_is_refused(self):
        self._store_lot(self.gloves, 5)
        nowhere = "does not lie in"
        lines = {
            self._quant(self.gloves, location=self.store).id: nowhere,
            0: "existing",
            None: "existing",
            "1": "existing",
        }
        for line, words in lines.items():
            with self.subTest(line=line), self.assertRaisesRegex(UserError, words):
                self.count.set_count(self.location.id, line, 1)

    # -- applying ------------------------------------------------------------------------------------------------------

    def test_what_was_counted_becomes_the_stock_and_the_rest_stays(self):
        self._set(self.toxin, 28.5, self.lot_soon)
        self._set(self.gloves, 10)
        result = self.count.apply(self.location.id)
        self.assertEqual((result["applied"], result["conflicts"]), (2, []))
        [difference] = result["differences"]
        self.assertEqual((difference["name"], difference["difference"]), ("Toxin, lot SOON", -1.5))
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 28.5)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 100)
        self.assertFalse([line for line in result["lines"] if line["counted"] is not None])
        move = self.env["stock.move"].search([("product_id", "=", self.toxin.id), ("is_inventory", "=", True)])
        self.assertEqual((move.state, move.quantity, move.lot_ids), ("done", 1.5, self.lot_soon))

    def test_nothing_counted_is_said(self):
        with self.assertRaisesRegex(UserError, "Count something first"):
            self.count.apply(self.location.id)

    def test_what_was_used_meanwhile_is_counted_anew(self):
        self._set(self.toxin, 100, self.lot_late)
        self._set(self.gloves, 9)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        result = self.count.apply(self.location.id)
        self.assertEqual(result["applied"], 1)
        [conflict] = result["conflicts"]
        self.assertRegex(conflict, r"Toxin, lot LATE.*from 100 to 80 U.*again")
        self.assertTrue(self._line(result["lines"], self.toxin, self.lot_late)["outdated"])
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 80)
        self.assertEqual(self._on_hand(self.gloves), 9)
        # The same number, once more: it is now a count of what is there now.
        line = self._set(self.toxin, 100, self.lot_late)
        self.assertEqual((line["outdated"], line["expected"]), (False, 80))
        self.assertEqual(self.count.apply(self.location.id)["differences"][0]["difference"], 20)

    def test_a_scan_of_what_has_changed_begins_anew(self):
        self._set(self.toxin, 100, self.lot_late)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        line = self._scan(f"01{GTIN}10LATE")["line"]
        self.assertEqual((line["counted"], line["outdated"], line["expected"]), (100, False, 80))

    def test_what_somebody_else_is_counting_is_theirs_to_apply(self):
        self._set(self.toxin, 60, self.lot_late)
        manager = self.count.with_user(self.users["manager"])
        line = self._line(manager.load()["lines"], self.toxin, self.lot_late)
        self.assertEqual((line["counted"], line["user"]), (60, self.users["warehouse"].name))
        with self.assertRaisesRegex(UserError, "Count something first"):
            manager.apply(self.location.id)
        taken_over = manager.set_count(self.location.id, self._quant(self.toxin, self.lot_late).id, 61)
        self.assertIsNone(taken_over["user"])
        self.assertEqual(manager.apply(self.location.id)["applied"], 1)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 61)

    # -- differences ---------------------------------------------------------------------------------------------------

    def _count_down(self, quantity):
        """Let the warehouse count ``quantity`` of what were 40 U in the books; return the gap as managers see it."""
        self._move(self.toxin, 10, self.lot_soon, self.env.ref("stock.stock_location_suppliers"), self.location)
        self._set(self.toxin, quantity, self.lot_soon)
        [difference] = self.count.apply(self.location.id)["differences"]
        self.env.flush_all()
        gaps = self.env["clinic.discrepancy"].with_user(self.users["manager"])
        [gap] = gaps.search([("kind", "=", "count"), ("lot_id", "=", self.lot_soon.id)])
        self.assertEqual((difference["difference"], difference["uom"]), (quantity - 40, "U"))
        self.assertEqual(difference["move_id"], gap.source_id)
        return gap

    def _explain(self, gap, role):
        gap = gap.with_user(self.users[role])
        dialog = self.env["clinic.discrepancy.explain"].with_user(self.users[role])
        dialog.with_context(**gap.action_explain()["context"]).create(
            {"reason": "Broken in the fridge"}
        ).action_explain()

    def test_a_costly_difference_is_explained_by_somebody_else_than_who_counted(self):
        self.branch.clinic_count_value = 2000
        gap = self._count_down(20)
        self.assertEqual((gap.quantity, gap.value), (20, 2000))
        with self.assertRaisesRegex(UserError, "You counted Toxin yourself"):
            self._explain(gap, "warehouse")
        self._explain(gap, "manager")
        gap.invalidate_recordset()
        self.assertTrue(gap.explained)

    def test_a_small_difference_is_explained_by_who_counted(self):
        self.branch.clinic_count_value = 2000
        self._explain(self._count_down(21), "warehouse")

    def test_a_gap_and_what_was_thrown_away_open_their_documents(self):
        gap = self._count_down(39)
        self.assertEqual(gap.action_open_document()["res_model"], "stock.move")
        scrap = self._scrap(self.toxin, 1, self.lot_soon)
        self.env.flush_all()
        row = self.env["clinic.wastage"].with_user(self.users["warehouse"]).search([("scrap_id", "=", scrap.id)])
        action = row.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("stock.scrap", scrap.id))

    def test_quantities_of_several_units_have_no_sum(self):
        for product, quantity, lot in ((self.toxin, 3, self.lot_soon), (self.cream, 2, self.lot_cream)):
            self._scrap(product, quantity, lot)
        self.env.flush_all()
        rows = self.env["clinic.wastage"].with_user(self.users["warehouse"])
        domain = [("product_id", "in", (self.toxin | self.cream).ids)]
        self.assertEqual(rows._read_group(domain, [], ["quantity:sum", "value:sum"]), [(False, 500)])
        by_unit = dict(rows._read_group(domain, ["uom_id"], ["quantity:sum"]))
        self.assertEqual(by_unit, {self.unit_u: 3, self.ml: 2})
        [total, by_item] = rows.formatted_read_grouping_sets(domain, [[], ["product_id"]], ["quantity:sum"])
        self.assertFalse(total[0]["quantity:sum"])
        self.assertEqual(sorted(row["quantity:sum"] for row in by_item), [2, 3])

    # -- who -----------------------------------------------------------------------------------------------------------

    def test_only_warehouse_and_manager_count(self):
        quant = self._quant(self.gloves)
        calls = {
            "load": (),
            "scan": (self.location.id, "GLOVES-M"),
            "add": (self.location.id, quant.id),
            "set_count": (self.location.id, quant.id, 1),
            "apply": (self.location.id,),
        }
        for role in ROLES:
            count = self.count.with_user(self.users[role])
            for method, args in calls.items():
                with self.subTest(role=role, method=method):
                    if role in ("warehouse", "manager"):
                        getattr(count, method)(*args)
                    else:
                        with self.assertRaises(AccessError):
                            getattr(count, method)(*args)

    def test_the_day_in_the_code_of_a_found_lot_may_be_past(self):
        past = (self.branch._clinic_today() - timedelta(days=400)).strftime("%y%m%d")
        line = self._scan(f"01{GTIN}17{past}10GONE", new_lot=True)["line"]
        self.assertTrue(line["expired"])
