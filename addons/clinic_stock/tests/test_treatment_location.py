from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestTreatmentLocation(StockCommon):
    def test_each_branch_has_its_own(self):
        other = self.env["res.company"].create({"name": "Second Branch", "parent_id": self.branch.id})
        own, theirs = self.branch._get_treatment_location(), other._get_treatment_location()
        self.assertNotEqual(own, theirs)
        self.assertEqual(theirs.company_id, other)
        self.assertEqual(theirs.usage, "internal")
        self.assertTrue(theirs.warehouse_id)

    def test_a_missing_one_is_said(self):
        self.branch.treatment_location_id = False
        with self.assertRaisesRegex(UserError, "no treatment-room stock"):
            self.procedure.consume(self.toxin, 1)

    def test_stock_in_the_store_is_not_in_the_treatment_room(self):
        store = self.location.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.cream, store, 100, lot_id=self.lot_cream)
        with self.assertRaisesRegex(UserError, "10 ml there, 11 ml asked for"):
            self.procedure.consume(self.cream, 11)
