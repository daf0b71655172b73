from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestStockDay(StockCommon):
    """The warehouse's home: what is to be done today, the most urgent first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_vials()

    def _sections(self, role="warehouse"):
        day = self.env["clinic.stock.day"].with_user(self.users[role]).load()
        return {section["key"]: section for section in day["sections"]}

    def test_vials_that_run_out_of_time_are_discarded_from_here(self):
        self.assertEqual(self._sections()["vials"]["count"], 0)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.env.invalidate_all()
            [row] = self._sections()["vials"]["rows"]
        self.assertEqual((row["name"], row["quantity"], row["unit"], row["urgent"]), ("Toxin", 80, "U", True))
        vial = self.env[row["model"]].with_user(self.users["warehouse"]).browse(row["id"])
        action = getattr(vial, row["button"]["method"])()
        self.assertEqual(action["res_model"], "clinic.vial.discard")

    def test_lots_that_expire_soon_the_first_first(self):
        rows = self._sections()["expiring"]["rows"]
        self.assertEqual([row["detail"] for row in rows], ["lot OLD", "lot SOON"])
        self.assertEqual([row["urgent"] for row in rows], [True, False])

    def test_what_fell_below_its_threshold(self):
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.gloves.id,
                "warehouse_id": self.location.warehouse_id.id,
                "location_id": self.store.id,
                "company_id": self.branch.id,
                "product_min_qty": 12,
                "product_max_qty": 20,
            }
        )
        self.env["stock.warehouse.orderpoint"]._cron_tell_reorder()
        [row] = self._sections()["reorder"]["rows"]
        self.assertEqual((row["name"], row["quantity"], row["least"], row["unit"]), ("Gloves", 10, 12, "Units"))

    def test_gaps_are_counted_and_the_rest_is_behind_the_heading(self):
        for quantity in range(9, 0, -1):
            self._count(self.cream, quantity, self.lot_cream)
        section = self._sections()["gaps"]
        # The first count opens the lot, which came here without a move.
        self.assertEqual((section["count"], len(section["rows"])), (8, 6))
        self.assertEqual(section["rows"][0]["detail"].partition(" · ")[0], "Count difference")

    def test_it_is_for_those_who_keep_the_stock(self):
        self.assertLessEqual({"vials", "reorder", "expiring", "gaps", "receipts"}, self._sections("manager").keys())
        for role in ("reception", "practitioner", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._sections(role)
