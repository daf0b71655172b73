from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StockAccountCommon


@tagged("post_install", "-at_install")
class TestInvoiceItems(StockAccountCommon):
    def test_billable_items_land_on_the_invoice(self):
        billed = self.procedure.consume(self.toxin, 20)
        self.procedure.consume(self.cream, 2)
        self.procedure.consume(self.toxin, 5).action_undo()
        self.assertEqual(self.visit.amount_total, 1150 + 6900)
        self._finish(self.visit)
        self.visit.action_checkout()
        invoice = self.visit.invoice_id
        self.assertRecordValues(
            invoice.invoice_line_ids,
            [
                {"name": "Treatment", "quantity": 1, "price_subtotal": 1000},
                {"name": "Item used", "quantity": 20, "price_subtotal": 6000},
            ],
        )
        self.assertFalse(invoice.invoice_line_ids.product_id & (self.toxin | self.facial.product_variant_id))
        self.assertEqual(invoice.invoice_line_ids[1].clinic_consumption_id, billed)
        self.assertEqual(invoice.invoice_line_ids[1].clinic_procedure_id, self.procedure)
        self.assertEqual(invoice.amount_total, 8050)

    def test_items_too_carry_the_neutral_name(self):
        self.toxin.neutral_name = "Injection"
        self.procedure.consume(self.toxin, 20)
        self._finish(self.visit)
        self.visit.action_checkout()
        self.assertEqual(self.visit.invoice_id.invoice_line_ids[1].name, "Injection")

    def test_another_unit_has_its_own_price(self):
        self.procedure.consume(self.toxin, 0.25, self.vial)
        self._finish(self.visit)
        self.visit.action_checkout()
        line = self.visit.invoice_id.invoice_line_ids[1]
        self.assertEqual((line.product_uom_id, line.quantity, line.price_unit), (self.vial, 0.25, 30000))
        self.assertEqual(line.price_subtotal, 7500)

    def test_what_is_on_the_house_is_not_charged(self):
        self.procedure.consume(self.toxin, 20).billable = False
        self._finish(self.visit)
        self.visit.action_checkout()
        self.assertEqual(self.visit.invoice_id.amount_total, 1150)

    def test_managers_alone_give_an_item_away(self):
        doctor, manager = self.users["practitioner"], self.users["manager"]
        consumption = self.procedure.with_user(doctor).consume(self.toxin, 5)
        given = {"procedure_id": self.procedure.id, "product_id": self.toxin.id, "quantity": 1, "billable": False}
        for attempt in (
            lambda: consumption.write({"billable": False}),
            lambda: consumption.create(given),
        ):
            with self.assertRaisesRegex(UserError, "Only a manager gives it away"), self.env.cr.savepoint():
                attempt()
        self.assertTrue(consumption.billable)
        consumption.with_user(manager).billable = False
        self.assertEqual(self.visit.amount_total, 1150)

    def test_after_checkout_nothing_changes_any_more(self):
        consumption = self.procedure.consume(self.toxin, 20)
        self._finish(self.visit)
        self.visit.action_checkout()
        for attempt in (
            lambda: self.procedure.consume(self.toxin, 1),
            consumption.action_undo,
            lambda: consumption.write({"billable": False}),
        ):
            with self.assertRaisesRegex(UserError, "has been checked out"), self.env.cr.savepoint():
                attempt()
        self.assertEqual(self._on_hand(self.toxin, self.lot_soon), 10)

    def test_a_wrong_item_is_corrected_once_the_invoice_is_credited(self):
        wrong = self.procedure.consume(self.toxin, 20)
        self._finish(self.visit)
        self.visit.action_checkout()
        self._credit(self.visit.invoice_id)
        wrong.action_undo()
        right = self.procedure.consume(self.toxin, 2)
        self.visit.action_checkout()
        lines = self.visit.invoice_id.invoice_line_ids.filtered("clinic_consumption_id")
        self.assertEqual((lines.clinic_consumption_id, lines.quantity), (right, 2))
        with self.assertRaisesRegex(UserError, "has been checked out"):
            right.action_undo()

    def test_what_was_billed_later_is_not_billed_again(self):
        self.procedure.consume(self.toxin, 20)
        later = self.procedure.consume(self.toxin, 5)
        self._finish(self.visit)
        self.visit.action_checkout()
        invoice = self.visit.invoice_id
        invoice.button_draft()
        invoice.button_cancel()
        self.visit._bill_later(later, 5)
        self.visit.action_checkout()
        lines = self.visit.invoice_id.invoice_line_ids.filtered("clinic_consumption_id")
        self.assertEqual(lines.mapped("quantity"), [20])
