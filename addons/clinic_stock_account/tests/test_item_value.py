from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CostCommon


@tagged("post_install", "-at_install")
class TestItemValue(CostCommon):
    def _cost(self, consumption):
        self.env.invalidate_all()
        return consumption.cost

    # -- periodic: what Odoo does unless told otherwise ---------------------------------------------------------------

    def test_a_new_item_by_lot_is_valued_by_lot_at_what_it_had_cost(self):
        self.assertEqual(self.branch.cost_method, "standard")
        self.assertTrue(self.dear.lot_valuated)
        self.assertEqual(self.dear.cost_method, "average")
        self.assertEqual((self.lot_100.standard_price, self.lot_120.standard_price), (100, 120))
        self.assertFalse(self.gloves.lot_valuated)
        self.assertEqual(self.gloves.cost_method, "average")

    def test_what_is_no_item_keeps_odoos_ways(self):
        product = self.env["product.product"].create({"name": "Shampoo", "is_storable": True, "tracking": "lot"})
        self.assertFalse(product.lot_valuated)
        self.assertEqual(product.cost_method, "standard")

    def test_a_category_first_in_first_out_stays_so(self):
        category = self.env["product.category"].create({"name": "Fifo", "property_cost_method": "fifo"})
        self.dear.categ_id = category
        self.assertEqual(self.dear.cost_method, "fifo")
        # 10 U of the second lot, although the first one came first: 10 x 120.
        self.assertEqual(self._cost(self.procedure.consume(self.dear, 10, lot=self.lot_120)), 1200)

    def test_each_lot_costs_its_own_price(self):
        first = self.procedure.consume(self.dear, 10, lot=self.lot_100)
        second = self.procedure.consume(self.dear, 10, lot=self.lot_120)
        # 10 x 100 and 10 x 120, not the product's mean of (4,000 + 12,000) / 140 = 114.29 for both.
        self.assertEqual((self._cost(first), self._cost(second)), (1000, 1200))
        # 30 x 100 + 90 x 120
        self.assertEqual(self._stock_value(), 13800)

    def test_the_item_costs_what_its_lots_in_stock_cost_on_average(self):
        # (4,000 + 12,000) / 140
        self.assertAlmostEqual(self.dear.standard_price, 114.2857, 4)
        self.procedure.consume(self.dear, 40, lot=self.lot_100)
        self._buy(self.dear, 20, "AT60", 1200)
        # (100 x 120 + 20 x 60) / 120
        self.assertAlmostEqual(self.dear.standard_price, 110)

    def test_fractions_of_a_vial(self):
        # 0.125 of a vial of 100 U are 12.5 U: 12.5 x 120
        self.assertEqual(self._cost(self.procedure.consume(self.dear, 0.125, self.vial, self.lot_120)), 1500)

    def test_values_are_rounded_to_the_currency(self):
        lot = self._buy(self.dear, 30, "THIRD", 1000)
        # 1,000 / 30 = 33.3333 a unit; 0.5 U of it are 16.6667
        self.assertEqual(self._cost(self.procedure.consume(self.dear, 0.5, lot=lot)), 16.67)

    def test_what_is_used_bit_by_bit_costs_the_whole(self):
        lot = self._buy(self.dear, 3, "THIRDS", 100)
        costs = [self._cost(self.procedure.consume(self.dear, 1, lot=lot)) for _time in range(3)]
        self.assertEqual(costs, [33.33, 33.34, 33.33])
        self.assertAlmostEqual(sum(costs), 100, 2)

    def test_what_is_taken_back_costs_nothing_and_the_stock_is_worth_what_it_was(self):
        self.assertEqual(self._stock_value(), 16000)
        consumption = self.procedure.consume(self.dear, 12.5, lot=self.lot_120)
        self.assertEqual(self._stock_value(), 14500)
        consumption.action_undo()
        self.assertEqual(self._cost(consumption), 0)
        self.assertEqual(consumption.undo_move_id.value, consumption.move_id.value)
        self.assertEqual(self._stock_value(), 16000)
        self.assertEqual((self.lot_100.standard_price, self.lot_120.standard_price), (100, 120))

    def test_a_return_after_the_price_has_changed_brings_back_the_old_value(self):
        consumption = self.procedure.consume(self.dear, 10, lot=self.lot_120)
        self.lot_120.product_id.standard_price = 500
        consumption.action_undo()
        self.assertEqual((consumption.move_id.value, consumption.undo_move_id.value), (1200, 1200))

    def test_a_later_revaluation_of_the_lot_is_seen(self):
        consumption = self.procedure.consume(self.dear, 10, lot=self.lot_100)
        self.assertEqual(self._cost(consumption), 1000)
        self.lot_100.standard_price = 90
        self.assertEqual(self._cost(consumption), 900)

    def test_an_item_that_becomes_one_later_is_valued_by_lot_from_then_on(self):
        product = self._create_item("Filler", self.ml, clinic_item=False, standard_price=7)
        self.assertEqual((product.lot_valuated, product.cost_method), (False, "standard"))
        lot = self._buy(product, 10, "F1", 500)
        product.clinic_item = True
        self.assertEqual((product.lot_valuated, product.cost_method), (True, "average"))
        self.assertEqual(lot.standard_price, 50)
        self.assertEqual(self._cost(self.procedure.consume(product, 2, lot=lot)), 100)

    def test_a_lot_that_comes_to_another_branch_without_a_bill_costs_what_the_item_costs_there(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        dear = self.dear.with_company(other)
        dear.standard_price = 70
        move = self._receive_move(dear, 10, self.lot_100, other)
        self.assertEqual((move.value, self.lot_100.with_company(other).standard_price), (700, 70))
        self.assertEqual(self.lot_100.standard_price, 100)

    def test_who_treats_uses_items_of_a_first_in_first_out_category(self):
        self.dear.categ_id = self.env["product.category"].create({"name": "Fifo", "property_cost_method": "fifo"})
        self.gloves.categ_id = self.dear.categ_id
        procedure = self.procedure.with_user(self.users["practitioner"])
        for product in self.dear, self.gloves:
            with self.subTest(product=product.name):
                self.env.invalidate_all()
                procedure.consume(product, 1).action_undo()

    def test_periodic_valuation_books_nothing_before_the_closing(self):
        entries = self.env["account.move"].search_count([])
        consumption = self.procedure.consume(self.dear, 10, lot=self.lot_100)
        consumption.action_undo()
        self.assertFalse((consumption.move_id | consumption.undo_move_id).account_move_id)
        self.assertEqual(self.env["account.move"].search_count([]), entries)

    def test_who_treats_sees_no_cost(self):
        consumption = self.procedure.consume(self.dear, 10, lot=self.lot_100)
        self.assertEqual(consumption.with_user(self.users["manager"]).cost, 1000)
        for role in ("reception", "practitioner", "cosmetologist"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                consumption.with_user(self.users[role]).read(["cost"])
