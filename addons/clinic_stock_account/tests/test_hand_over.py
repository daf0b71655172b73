from unittest.mock import patch

from odoo import Command
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
        lines = self._moves(invoice).move_line_ids.sorted("id")
        return [(line.location_id, line.lot_id, line.quantity) for line in lines]

    def _moves(self, invoice):
        lines = invoice.invoice_line_ids
        return self.env["stock.move"].search([("clinic_invoice_line_id", "in", lines.ids)], order="id")

    def _credit_part(self, invoice, *quantities):
        """Credit ``quantities`` of the lines of ``invoice`` and return the posted credit note."""
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        wizard.reverse_moves()
        note = wizard.new_move_ids
        for line, quantity in zip(note.invoice_line_ids, quantities, strict=True):
            line.quantity = quantity
        note.action_post()
        return note

    def _assert_left(self, invoice, *quantities):
        """The report of discrepancies and the button on the invoice agree on what is still to be handed over."""
        self.env.flush_all()
        # As a request of its own.
        self.env.invalidate_all()
        gaps = self.env["clinic.discrepancy"].with_user(self.users["manager"])
        found = gaps.search([("kind", "=", "not_charted"), ("source_id", "in", invoice.invoice_line_ids.ids)])
        self.assertEqual(found.sorted("source_id").mapped("quantity"), list(quantities))
        invoice = invoice.with_user(self.reception)
        self.assertEqual(invoice.clinic_to_hand_over, bool(quantities))
        self.assertEqual(list(invoice._lines_to_hand_over().values()), list(quantities))
        return found

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

    # -- credit notes -------------------------------------------------------------------------------------------------

    def test_what_was_credited_is_not_handed_over(self):
        invoice = self._sell(self.gloves, 5)
        self._assert_left(invoice, 5)
        note = self._credit(invoice)
        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))
        self._assert_left(invoice)
        with self.assertRaisesRegex(UserError, "were credited"):
            invoice.with_user(self.reception).action_hand_over()
        note.button_draft()
        self._assert_left(invoice, 5)

    def test_of_what_was_credited_in_part_the_rest_is_handed_over(self):
        invoice = self._sell(self.gloves, 5)
        note = self._credit_part(invoice, 2)
        gap = self._assert_left(invoice, 3)
        self.assertEqual(gap.value, 300)
        invoice.with_user(self.reception).action_hand_over()
        self.assertEqual(self._moves(invoice).mapped("quantity"), [3])
        self._assert_left(invoice)
        # The credit note was a mistake: the patient gets these as well.
        note.button_draft()
        self._assert_left(invoice, 2)
        invoice.with_user(self.reception).action_hand_over()
        self.assertEqual(self._moves(invoice).mapped("quantity"), [3, 2])
        self._assert_left(invoice)

    def test_a_credit_note_is_shared_out_among_the_lines_of_its_item(self):
        line = {"product_id": self.gloves.id, "price_unit": 100, "tax_ids": []}
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.patient.partner_id.id,
                "invoice_line_ids": [
                    Command.create({**line, "quantity": 2}),
                    Command.create({**line, "quantity": 3}),
                    Command.create({**line, "product_id": self.cream.id, "quantity": 1}),
                ],
            }
        )
        invoice.action_post()
        self._assert_left(invoice, 2, 3, 1)
        # Whatever line of the credit note it stands on.
        self._credit_part(invoice, 0, 4, 0)
        self._assert_left(invoice, 1, 1)
        invoice.with_user(self.reception).action_hand_over()
        self.assertEqual(self._moves(invoice).mapped("product_id"), self.gloves | self.cream)
        self.assertEqual(self._moves(invoice).mapped("quantity"), [1, 1])
        self._assert_left(invoice)

    def test_what_was_used_and_credited_leaves_the_counters_goods_alone(self):
        self.procedure.consume(self.toxin, 5)
        self._finish(self.visit)
        self.visit.action_checkout()
        invoice = self.visit.invoice_id
        invoice.button_draft()
        invoice.invoice_line_ids = [
            Command.create({"product_id": self.toxin.id, "quantity": 4, "price_unit": 100, "tax_ids": []})
        ]
        invoice.action_post()
        self._assert_left(invoice, 4)
        sold = invoice.invoice_line_ids.filtered(lambda line: line.product_id == self.toxin)
        used = invoice.invoice_line_ids.filtered("clinic_consumption_id")
        self.assertEqual((used.quantity, sold.quantity), (5, 4))
        self._credit_part(invoice, 0, 5, 0)
        self._assert_left(invoice, 4)

    def test_what_an_order_delivers_is_not_handed_over(self):
        invoice = self._sell(self.gloves, 5)
        with patch.object(type(invoice.invoice_line_ids), "_is_ordered", lambda line: True):
            self.assertFalse(invoice._lines_to_hand_over())

    def test_an_invoices_day_begins_at_the_branchs_midnight(self):
        invoice = self._sell(self.gloves, 5)
        gap = self._assert_left(invoice, 5)
        self.assertEqual(self.branch._clinic_local(gap.date).strftime("%F %T"), f"{invoice.date} 00:00:00")
