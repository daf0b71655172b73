from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestExits(StockCommon):
    """Every way out of the stock has a cause, no lot that has expired or is blocked is brought to use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.losses = cls.toxin.with_company(cls.branch).property_stock_inventory
        cls.other = cls.env["stock.location"].create(
            {"name": "Quarantine", "usage": "internal", "location_id": cls.store.id, "company_id": cls.branch.id}
        )
        cls.transit = cls.env["stock.location"].create({"name": "On the way", "usage": "transit", "company_id": False})

    def _try(self, quantity, lot, destination, source=None, **vals):
        return self._move(self.toxin, quantity, lot, source or self.location, destination, **vals)

    def _insert_done(self, lot, destination, source=None):
        """Make a move done below the ORM, as a program or an import could."""
        source = source or self.location
        values = self._prepare_stock_move(self.toxin, 1, lot, source, destination)
        move = self.env["stock.move"].create(values)
        self.env.flush_all()
        for table, column in (("stock_move_line", "move_id"), ("stock_move", "id")):
            self.env.cr.execute(f"UPDATE {table} SET state = 'done' WHERE {column} = %s", [move.id])  # noqa: S608

    def test_a_way_out_without_a_cause_is_refused(self):
        for destination in (self.customers, self.suppliers, self.losses):
            with self.subTest(destination=destination.usage):
                with self.assertRaisesRegex(UserError, "the stock move has no reason"), self.env.cr.savepoint():
                    self._try(5, self.lot_late, destination)
                with mute_logger("odoo.sql_db"), self.assertRaisesRegex(CheckViolation, "without a cause"):
                    with self.env.cr.savepoint():
                        self._insert_done(self.lot_late, destination)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 100)

    def test_a_delivery_without_an_order_is_refused(self):
        operation = self.location.warehouse_id.out_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": operation.id,
                "location_id": self.location.id,
                "location_dest_id": self.customers.id,
                "move_ids": [
                    fields.Command.create(
                        self._prepare_stock_move(self.toxin, 5, self.lot_late, self.location, self.customers)
                    )
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "sold by an invoice"):
            picking.button_validate()

    def test_the_causes(self):
        self.procedure.consume(self.toxin, 1, lot=self.lot_late)
        self._scrap(self.toxin, 1, self.lot_late)
        self._count(self.toxin, 97, self.lot_late)
        receipt = self._try(10, self.lot_late, self.store, source=self.suppliers)
        self._try(2, self.lot_late, self.suppliers, source=self.store, origin_returned_move_id=receipt.id)
        self._try(3, self.lot_late, self.transit, source=self.store)
        self._try(3, self.lot_late, self.store, source=self.transit)
        self._try(4, self.lot_late, self.store)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 93)

    def test_a_scrap_says_why(self):
        with self.assertRaisesRegex(UserError, "Say why Toxin is thrown away"):
            self._scrap(self.toxin, 1, self.lot_late, reason=None)

    def test_what_is_no_clinic_item_goes_as_ever(self):
        chair = self.env["product.product"].create({"name": "Chair", "type": "consu", "is_storable": True})
        self._receive(chair, 1)
        self._move(chair, 2, None, self.location, self.customers)
        self.assertEqual(self._on_hand(chair), -1)

    # -- lots ---------------------------------------------------------------------------------------------------------

    def test_expired_and_blocked_lots_are_not_brought_to_use(self):
        self.lot_soon.write({"clinic_blocked": True, "clinic_block_reason": "Complaint"})
        for lot, words in ((self.lot_expired, "expired on"), (self.lot_soon, "is blocked: Complaint")):
            self._try(2, lot, self.other)
            ways = [(self.customers, self.location), (self.transit, self.location), (self.location, self.other)]
            for destination, source in ways:
                with self.subTest(lot=lot.name, destination=destination.name):
                    with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                        vals = {"clinic_visit_id": self.procedure.visit_id.id}
                        self._try(1, lot, destination, source=source, **vals)
                    with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                        self._insert_done(lot, destination, source)
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.procedure.consume(self.toxin, 1, lot=lot)

    def test_expired_and_blocked_lots_are_thrown_away_counted_and_put_aside(self):
        self.lot_soon.write({"clinic_blocked": True, "clinic_block_reason": "Complaint"})
        for lot, there in ((self.lot_expired, 50), (self.lot_soon, 30)):
            self._scrap(self.toxin, 1, lot, reason="expired")
            self._count(self.toxin, there - 2, lot)
            self._try(3, lot, self.other)
            self.assertEqual(self._on_hand(self.toxin, lot), there - 5)

    def test_a_blocked_lot_is_not_proposed(self):
        self.lot_soon.write({"clinic_blocked": True, "clinic_block_reason": "Complaint"})
        self.assertEqual(self.procedure.consume(self.toxin, 1).lot_id, self.lot_late)

    def test_what_was_used_of_a_lot_that_has_expired_since_can_be_taken_back(self):
        consumption = self.procedure.consume(self.toxin, 5, lot=self.lot_soon)
        self.lot_soon.expiration_date = fields.Datetime.now() - timedelta(days=1)
        consumption.action_undo()
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 30)

    def test_blocking_says_why(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.lot_soon.clinic_blocked = True
            self.env.flush_all()

    # -- never below zero ---------------------------------------------------------------------------------------------

    def test_nothing_falls_below_zero(self):
        with self.assertRaisesRegex(UserError, "Not enough Toxin, lot LATE,.*100 U there, 101 U asked for"):
            self._try(101, self.lot_late, self.store)
        with self.assertRaisesRegex(UserError, "Not enough Toxin"):
            self._scrap(self.toxin, 101, self.lot_late)
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE stock_quant SET quantity = -1 WHERE lot_id = %s", [self.lot_late.id])

    def test_the_refusals_of_the_database_have_words(self):
        names = {
            "stock.move": ("clinic_stock_exit_has_a_cause", "without a reason"),
            "stock.move.line": ("clinic_stock_lot_may_go_out", "expired or is blocked"),
            "stock.quant": ("clinic_stock_not_below_zero", "below zero"),
        }
        for model, (name, words) in names.items():
            with self.subTest(model=model):
                with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation) as caught, self.env.cr.savepoint():
                    if model == "stock.quant":
                        self.env.cr.execute(
                            "UPDATE stock_quant SET quantity = -1 WHERE lot_id = %s", [self.lot_late.id]
                        )
                    else:
                        lot = self.lot_late if model == "stock.move" else self.lot_expired
                        self._insert_done(lot, self.customers)
                self.assertEqual(caught.exception.diag.constraint_name, name)
                self.assertIn(words, self.env[model]._sql_error_to_message(caught.exception))
