from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_stock_count import GTIN, ScanCommon


@tagged("post_install", "-at_install")
class TestStockReceive(ScanCommon):
    """A supplier's delivery of 500 U toxin, 20 ml cream and 100 gloves waits: what has come is scanned or entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transfers = cls.env["clinic.stock.transfer"].with_user(cls.users["warehouse"])
        cls.picking = cls._order((cls.toxin, 500), (cls.cream, 20), (cls.gloves, 100))

    @classmethod
    def _order(cls, *wanted):
        """Return a receipt on which ``wanted``, (product, quantity), are expected."""
        in_type = cls.location.warehouse_id.in_type_id
        places = {
            "location_id": cls.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": cls.store.id,
            "company_id": cls.branch.id,
        }
        moves = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity, **places})
            for product, quantity in wanted
        ]
        picking = cls.env["stock.picking"].create(
            {"picking_type_id": in_type.id, "origin": "P00007", "move_ids": moves, **places}
        )
        picking.action_confirm()
        return picking

    def _load(self):
        return {receipt["id"]: receipt for receipt in self.transfers.load_receipts()}[self.picking.id]

    def _expected(self, product):
        [line] = [line for line in self._load()["lines"] if line["product_id"] == product.id]
        return line

    def _enter(self, product, **values):
        return self.transfers.enter_delivery(self._expected(product)["id"], **values)

    def _code(self, lot, expiry="330310", more=""):
        return f"01{GTIN}17{expiry}{more}10{lot}"

    def _stored(self, product):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.store.id), ("quantity", ">", 0)]
        )
        return sorted((quant.lot_id.name, quant.lot_id.clinic_expiry_day, quant.quantity) for quant in quants)

    def test_the_home_and_this_list_are_one(self):
        sections = self.env["clinic.stock.day"].with_user(self.users["warehouse"]).load()["sections"]
        [receipts] = [section for section in sections if section["key"] == "receipts"]
        self.assertEqual([row["id"] for row in receipts["rows"]], [one["id"] for one in self.transfers.load_receipts()])
        self.assertEqual(receipts["count"], self.transfers.count_receipts())
        self.assertEqual(receipts["rows"][0]["open"]["context"], {"clinic_receive": receipts["rows"][0]["id"]})

    def test_five_lots_are_scanned_and_received_in_one_tap(self):
        for number in range(5):
            answer = self.transfers.scan_delivery(self._code(f"T{number}", f"33031{number}"))
            self.assertEqual(answer["entry"]["quantity"], 100)
        self._enter(self.cream, lot="C9", expiry="2031-05-31", quantity=20)
        line = self._expected(self.toxin)
        self.assertEqual((line["received"], line["missing"], len(line["entries"])), (500, 0, 5))
        done = self.transfers.receive(self.picking.id)
        self.assertEqual((self.picking.state, done["rest"]), ("done", None))
        self.assertEqual(
            self._stored(self.toxin), [(f"T{number}", date(2033, 3, 10 + number), 100) for number in range(5)]
        )
        self.assertEqual(self._stored(self.cream), [("C9", date(2031, 5, 31), 20)])
        lot = self.env["stock.lot"].search([("name", "=", "C9"), ("product_id", "=", self.cream.id)])
        # The last second of the day in Karachi.
        self.assertEqual(lot.expiration_date, datetime(2031, 5, 31, 18, 59, 59))
        # As ordered, as nobody said otherwise.
        self.assertEqual([quantity for _lot, _day, quantity in self._stored(self.gloves)], [100])

    def test_the_same_lot_scanned_again_and_a_count_in_the_code(self):
        self.transfers.scan_delivery(self._code("T1"))
        answer = self.transfers.scan_delivery(self._code("T1", more="302" + chr(29)))
        self.assertEqual(answer["entry"]["quantity"], 300)
        self.assertEqual(self._expected(self.toxin)["missing"], 200)

    def test_a_code_without_lot_or_expiry_asks_for_them(self):
        answer = self.transfers.scan_delivery(GTIN.lstrip("0"))
        self.assertEqual(answer["ask"]["move_id"], self._expected(self.toxin)["id"])
        self.assertEqual(self.transfers.scan_delivery(f"01{GTIN}10T1")["ask"]["lot"], "T1")
        # Of a lot that is there already, the day is known.
        answer = self.transfers.scan_delivery(f"01{GTIN}10LATE")
        self.assertEqual(answer["entry"]["expiry"], fields.Date.to_string(self.lot_late.clinic_expiry_day))

    def test_what_comes_in_part_leaves_the_rest_expected(self):
        self.transfers.scan_delivery(self._code("T1"))
        self._enter(self.gloves, quantity=60)
        done = self.transfers.receive(self.picking.id)
        rest = self.env["stock.picking"].search([("backorder_id", "=", self.picking.id)])
        self.assertEqual(done["rest"], rest.name)
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in rest.move_ids},
            {self.toxin: 400, self.cream: 20, self.gloves: 40},
        )
        self.assertEqual(self._stored(self.toxin), [("T1", date(2033, 3, 10), 100)])

    def test_what_was_entered_is_corrected_and_taken_out(self):
        self.transfers.scan_delivery(self._code("T1"))
        [entry] = self._expected(self.toxin)["entries"]
        self._enter(self.toxin, lot="T2", expiry="2033-04-30", quantity=250, entry_id=entry["id"])
        [entry] = self._expected(self.toxin)["entries"]
        self.assertEqual((entry["lot"], entry["expiry"], entry["quantity"]), ("T2", "2033-04-30", 250))
        self._enter(self.toxin, quantity=0, entry_id=entry["id"])
        line = self._expected(self.toxin)
        self.assertEqual((line["entries"], line["missing"]), ([], 500))
        self.assertEqual(self.picking.state, "assigned")
        self.assertEqual(sum(self.picking.move_ids[0].move_line_ids.mapped("quantity")), 500)

    def test_what_cannot_be_is_refused_in_words(self):
        yesterday = fields.Date.to_string(self.branch._clinic_today() - timedelta(days=2))
        cases = [
            ({"quantity": 100}, "Enter the lot of Toxin"),
            ({"lot": "  ", "quantity": 100}, "Enter the lot of Toxin"),
            ({"lot": "T1", "quantity": 100}, "Enter the expiry date of lot T1 of Toxin"),
            ({"lot": "T1", "expiry": "31 March", "quantity": 100}, "as a date"),
            ({"lot": "T1", "expiry": yesterday, "quantity": 100}, "Do not take it in"),
            ({"lot": "LATE", "expiry": "2033-01-01", "quantity": 100}, "Look at the package again"),
            ({"lot": "T1", "expiry": "2033-01-01", "quantity": -1}, "not below zero"),
            ({"lot": "T1", "expiry": "2033-01-01", "quantity": "100"}, "not below zero"),
            ({"lot": "T1", "expiry": "2033-01-01", "quantity": 1, "entry_id": 1}, "not in the delivery any more"),
        ]
        for values, words in cases:
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self._enter(self.toxin, **values)
        other = self._create_item("Other", self.ml, barcode="OTHER-1")
        self.assertTrue(other)
        for barcode, words in (("OTHER-1", "No delivery of Other is expected"), ("99999", "No item has the barcode")):
            with self.subTest(barcode=barcode), self.assertRaisesRegex(UserError, words):
                self.transfers.scan_delivery(barcode)
        empty = self._order((self.toxin, 100))
        with self.assertRaisesRegex(UserError, "Nothing was entered yet"):
            self.transfers.receive(empty.id)
        for move in (0, None, "1", True):
            with self.subTest(move=move), self.assertRaisesRegex(UserError, "existing"):
                self.transfers.enter_delivery(move, quantity=1)

    def test_only_who_keeps_the_stock_receives(self):
        move_id = self._expected(self.gloves)["id"]
        for role in ("reception", "practitioner", "accountant"):
            transfers = self.transfers.with_user(self.users[role])
            for method, args in (("scan_delivery", ("GLOVES-M",)), ("enter_delivery", (move_id, None, None, 1))):
                with self.subTest(role=role, method=method), self.assertRaises(AccessError):
                    getattr(transfers, method)(*args)

    def test_the_native_form_does_not_make_up_an_expiry_date(self):
        self.assertFalse(any(self.picking.move_line_ids.mapped("expiration_date")))
        line = self.picking.move_line_ids.filtered(lambda line: line.product_id == self.toxin)
        line.write({"lot_name": "N1", "picked": True})
        with self.assertRaisesRegex(UserError, "Enter the expiry date of lot N1 of Toxin"), self.env.cr.savepoint():
            self.picking.with_context(skip_backorder=True).button_validate()
        line.expiration_date = "2033-03-09 19:07:40"
        self.picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._stored(self.toxin), [("N1", date(2033, 3, 10), 500)])
