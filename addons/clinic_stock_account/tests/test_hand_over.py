from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StockAccountCommon


@tagged("post_install", "-at_install")
class TestHandOver(StockAccountCommon):
    """What is sold over the counter is taken from wherever the branch has it, the store first."""

    def setUp(self):
        super().setUp()
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.branch.id)], limit=1)
        self.shelf = warehouse.lot_stock_id.create({"name": "Shelf", "location_id": warehouse.lot_stock_id.id})
        self.reception = self.users["reception"]

    def _hand_over(self, product, quantity):
        """Sell and hand over; return [(location, lot, quantity)] of what was taken."""
        invoice = self._sell(product, quantity)
        invoice.with_user(self.reception).action_hand_over()
        moves = self.env["stock.move"].search([("clinic_invoice_line_id", "in", invoice.invoice_line_ids.ids)])
        return [(line.location_id, line.lot_id, line.quantity) for line in moves.move_line_ids.sorted("id")]

    def test_from_a_shelf_of_the_store_then_from_the_rooms(self):
        self.env["stock.quant"]._update_available_quantity(self.gloves, self.shelf, 3)
        nothing = self.env["stock.lot"]
        taken = self._hand_over(self.gloves, 5)
        self.assertEqual(taken, [(self.shelf, nothing, 3), (self.location, nothing, 2)])

    def test_lots_of_a_shelf(self):
        self.env["stock.quant"]._update_available_quantity(self.toxin, self.shelf, 10, lot_id=self.lot_late)
        taken = self._hand_over(self.toxin, 12)
        self.assertEqual(taken, [(self.shelf, self.lot_late, 10), (self.location, self.lot_soon, 2)])

    def test_not_enough_anywhere(self):
        there = self._on_hand(self.gloves)
        invoice = self._sell(self.gloves, there + 1)
        with self.assertRaisesRegex(UserError, "Not enough Gloves"):
            invoice.with_user(self.reception).action_hand_over()
        self.assertEqual(self._on_hand(self.gloves), there)

    # -- open vials ---------------------------------------------------------------------------------------------------

    def test_what_lies_in_an_open_vial_is_not_sold(self):
        self._setup_vials()
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        # Of its 100 U nothing is sealed any more; the other lot was not opened.
        self.assertEqual(self._hand_over(self.toxin, 10), [(self.location, self.lot_soon, 10)])
        invoice = self._sell(self.toxin, 21)
        with self.assertRaisesRegex(UserError, "Not enough Toxin.*: 1 U are missing"):
            invoice.with_user(self.reception).action_hand_over()

    def test_sealed_stock_the_first_to_expire_first(self):
        self._setup_vials()
        self.env["stock.quant"]._update_available_quantity(self.toxin, self.location, 50, lot_id=self.lot_late)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        taken = self._hand_over(self.toxin, 75)
        self.assertEqual(taken, [(self.location, self.lot_soon, 30), (self.location, self.lot_late, 45)])
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 85)
