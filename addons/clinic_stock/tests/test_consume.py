from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestConsume(StockCommon):
    def assert_refused(self, pattern, *args, **kwargs):
        """Logging says ``pattern``, and neither a consumption nor a stock move remains."""
        moves = self.env["stock.move"].search_count([])
        with self.assertRaisesRegex((UserError, ValidationError), pattern), self.env.cr.savepoint():
            self.procedure.consume(*args, **kwargs)
        self.assertFalse(self.procedure.consumption_ids)
        self.assertEqual(self.env["stock.move"].search_count([]), moves)

    def test_what_is_used_leaves_the_stock_at_once(self):
        consumption = self.procedure.consume(self.toxin, 20)
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 10)
        move = consumption.move_id
        self.assertEqual((move.state, move.quantity, move.origin), ("done", 20, self.procedure.visit_id.name))
        self.assertEqual(move.location_dest_id, self.env.ref("clinic_stock.location_patients"))
        self.assertEqual(move.move_line_ids.lot_id, self.lot_soon)

    def test_who_when_and_where_are_facts(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        stranger = self._move(self.gloves, 1, self.env["stock.lot"], self.location, self.store)
        claims = {
            "move_id": stranger.id,
            "undo_move_id": stranger.id,
            "company_id": other.id,
            "user_id": self.users["manager"].id,
            "date": "2020-01-01",
        }
        item = {"procedure_id": self.procedure.id, "product_id": self.cream.id, "quantity": 1}
        doctor = self.users["practitioner"]
        defaults = {f"default_{name}": value for name, value in claims.items()}
        model = self.env["clinic.consumption"].with_user(doctor)
        for name, value in claims.items():
            with self.subTest(name=name), self.assertRaisesRegex(AccessError, "by hand"):
                model.create({**item, name: value})
        consumption = model.with_context(**defaults).create(item).sudo()
        self.assertNotEqual(consumption.move_id, stranger)
        self.assertFalse(consumption.undo_move_id)
        self.assertEqual((consumption.company_id, consumption.user_id), (self.branch, doctor))
        self.assertEqual((consumption.state, consumption.date.year), ("used", fields.Datetime.now().year))

    def test_the_first_to_expire_that_holds_enough_is_proposed(self):
        self.assertEqual(self.procedure.consume(self.toxin, 20).lot_id, self.lot_soon)
        self.assertEqual(self.procedure.consume(self.toxin, 40).lot_id, self.lot_late)

    def test_units_are_converted(self):
        consumption = self.procedure.consume(self.toxin, 0.125, self.vial)
        self.assertEqual(consumption.move_id.quantity, 12.5)
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 17.5)

    def test_fractions_are_rounded_half_up_to_the_unit(self):
        self.assertEqual(self.procedure.consume(self.cream, 0.305).move_id.quantity, 0.31)
        self.assertEqual(self.procedure.consume(self.cream, 0.3).move_id.quantity, 0.3)
        self.assertAlmostEqual(self._on_hand(self.cream), 9.39, 2)

    def test_items_without_lots(self):
        consumption = self.procedure.consume(self.gloves, 2)
        self.assertFalse(consumption.lot_id)
        self.assertEqual(self._on_hand(self.gloves), 8)

    def test_an_undo_brings_it_back_by_a_return_move(self):
        consumption = self.procedure.consume(self.toxin, 20)
        consumption.action_undo()
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 30)
        self.assertEqual(consumption.state, "undone")
        self.assertEqual(consumption.undo_move_id.origin_returned_move_id, consumption.move_id)
        self.assertEqual(consumption.undo_move_id.move_line_ids.lot_id, self.lot_soon)
        with self.assertRaisesRegex(UserError, "taken back already"):
            consumption.action_undo()
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 30)

    def test_nothing_below_or_at_zero(self):
        for quantity in (0, -1, None, "2", float("nan")):
            with self.subTest(quantity=quantity):
                self.assert_refused("above zero", self.toxin, quantity)

    def test_a_quantity_that_rounds_to_nothing(self):
        self.assert_refused("less than can be recorded", self.cream, 0.001)

    def test_a_wrong_unit(self):
        self.assert_refused("cannot be converted from ml", self.toxin, 1, self.ml)

    def test_an_expired_lot(self):
        self.assert_refused("Lot OLD of Toxin expired on", self.toxin, 1, lot=self.lot_expired)

    def test_a_lot_of_another_product(self):
        self.assert_refused("Lot C1 is not one of Toxin", self.toxin, 1, lot=self.lot_cream)

    def test_not_enough_names_product_lot_and_what_is_there(self):
        self.assert_refused(
            r"Not enough Toxin, lot SOON, in .*: 30 U there, 31 U asked for. Other lots there: LATE \(100 U\)",
            self.toxin,
            31,
            lot=self.lot_soon,
        )
        self.assert_refused("Not enough Gloves in .*: 10 Units there, 11 Units asked for", self.gloves, 11)

    def test_no_lot_left(self):
        serum = self._create_item("Serum", self.ml)
        self.assert_refused("no usable lot of Serum", serum, 1)

    def test_a_product_that_is_no_item(self):
        chair = self.env["product.product"].create({"name": "Chair", "type": "consu", "is_storable": True})
        self.assert_refused("Chair is not an item used in procedures", chair, 1)
        self.assert_refused("Choose an existing", 0x7FFFFFFF, 1)

    def test_only_once_the_procedure_has_started(self):
        planned = self.book(start=self._at(15), practitioner=self.cosmetologist).procedure_ids
        with self.assertRaisesRegex(UserError, "start the procedure"):
            planned.consume(self.toxin, 1)

    def test_what_was_used_is_neither_edited_nor_deleted(self):
        consumption = self.procedure.consume(self.toxin, 20)
        with self.assertRaisesRegex(UserError, "take it back and log it again"):
            consumption.quantity = 10
        with self.assertRaisesRegex(UserError, "take it back instead"):
            consumption.unlink()

    def test_the_form_proposes_unit_and_lot(self):
        with Form(self.procedure.with_user(self.users["practitioner"])) as form:
            with form.consumption_ids.new() as line:
                line.product_id = self.toxin
                self.assertEqual(line.uom_id, self.unit_u)
                self.assertEqual(line.lot_id, self.lot_soon)
                self.assertEqual(line.billable, True)
                line.quantity = 12
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 18)

    def test_an_item_used_must_be_kept_in_stock(self):
        with self.assertRaisesRegex(ValidationError, "inventory must be tracked"):
            self.toxin.is_storable = False
