from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import BARCODE, CheckoutCommon

REASON = "Came again within a week"


@tagged("post_install", "-at_install")
class TestBasket(CheckoutCommon):
    def test_a_product_is_scanned_counted_and_charged_by_one_tap_as_well(self):
        visit = self._done()
        screen = self._screen().scan(visit.id, BARCODE)
        self.assertEqual([row["name"] for row in screen["rows"]], ["Facial", "Sun cream"])
        self.assertEqual((screen["untaxed"], screen["total"], screen["due"]), (1200, 1380, 1380))
        screen = self._screen().scan(visit.id, BARCODE)
        row = screen["rows"][1]
        self.assertEqual((row["kind"], row["quantity"], row["amount"]), ("product", 2, 400))
        # What is in the basket is there after a reload, for a colleague, and for who pays by one tap.
        self.assertEqual(self._screen("manager").load(visit.id)["rows"], screen["rows"])
        visit.with_user(self.users["reception"]).action_pay_cash()
        self.assertEqual(visit.invoice_id.amount_total, 1610)
        self.assertEqual(visit.invoice_id.invoice_line_ids[1].product_id, self.cream)

    def test_a_product_costs_what_the_patients_price_list_says(self):
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        item = Command.create({"compute_price": "percentage", "percent_price": 20, "applied_on": "3_global"})
        self.patient.pricelist_id = self.env["product.pricelist"].create({"name": "Staff", "item_ids": [item]})
        visit = self._done()
        self.assertEqual(self._screen().find_products(visit.id, "sun")[0]["price"], 160)
        row = self._screen().scan(visit.id, BARCODE)["rows"][1]
        self.assertEqual((row["price_unit"], row["discount"]), (160, 0))

    def test_the_last_one_is_taken_out(self):
        visit = self._done()
        line = self._screen().scan(visit.id, BARCODE)["rows"][1]["id"]
        self.assertEqual(len(self._screen().set_quantity(visit.id, line, 0)["rows"]), 1)
        with self.assertRaisesRegex(UserError, "no longer in the basket"):
            self._screen().set_quantity(visit.id, line, 1)

    def test_only_what_is_sold_is_found(self):
        visit = self._done()
        self.assertEqual(
            self._screen().find_products(visit.id, "sun"), [{"id": self.cream.id, "name": "Sun cream", "price": 200}]
        )
        self.assertFalse(self._screen().find_products(visit.id, "Facial"))
        self.cream.is_confidential = True
        with self.assertRaisesRegex(UserError, "is confidential"):
            self._screen().scan(visit.id, BARCODE)
        self.cream.write({"is_confidential": False, "sale_ok": False})
        with self.assertRaisesRegex(UserError, "No product that is sold here"):
            self._screen().scan(visit.id, BARCODE)
        for barcode in ("", None, False, 5):
            with self.assertRaises(UserError):
                self._screen().scan(visit.id, barcode)
        with self.assertRaisesRegex(UserError, "not sold here"):
            self._screen().add_product(visit.id, self.facial.product_variant_id.id)

    def test_wrong_numbers_are_refused(self):
        visit = self._done()
        line = self._screen().scan(visit.id, BARCODE)["rows"][1]["id"]
        for wrong in (-1, "2", None, float("nan"), float("inf"), True):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                self._screen().set_quantity(visit.id, line, wrong)

    def test_a_discount_has_a_limit_and_a_reason(self):
        visit = self._done()
        screen = self._screen().scan(visit.id, BARCODE)
        treatment, product = (row["key"] for row in screen["rows"])
        with self.assertRaisesRegex(ValidationError, "Say in a few words"):
            self._screen().set_discount(visit.id, [product], 5, "")
        with self.assertRaisesRegex(UserError, "you may give 10 %"):
            self._screen().set_discount(visit.id, [product], 20, REASON)
        screen = self._screen().set_discount(visit.id, [treatment, product], 10, REASON)
        self.assertEqual(screen["untaxed"], 1080)
        rows = self.env["clinic.discount"].search([("visit_id", "=", visit.id)])
        self.assertEqual(set(rows.mapped("reason")), {REASON})
        self.assertEqual(sorted(rows.mapped("amount")), [20, 100])
        # A manager gives more; for a treatment reception asks.
        screen = self._screen("manager").set_discount(visit.id, [product], 50, REASON)
        self.assertEqual(screen["untaxed"], 1000)
        screen = self._screen().set_discount(visit.id, [treatment], 40, REASON)
        self.assertEqual((screen["untaxed"], "asked" in screen["rows"][0]["detail"]), (1000, True))
        self.assertEqual(self._screen().set_discount(visit.id, [treatment, product], 0, "")["untaxed"], 1200)
        for wrong in (-1, 101):
            with self.assertRaises(UserError):
                self._screen("manager").set_discount(visit.id, [product], wrong, REASON)

    def test_more_pieces_at_a_discount_have_its_limit_and_its_trace(self):
        visit = self._done()
        row = self._screen().scan(visit.id, BARCODE)["rows"][1]
        self._screen().set_discount(visit.id, [row["key"]], 10, REASON)
        self._screen().scan(visit.id, BARCODE)
        self._screen().set_quantity(visit.id, row["id"], 5)
        rows = self.env["clinic.discount"].search([("visit_id", "=", visit.id)])
        self.assertEqual((sum(rows.mapped("amount")), set(rows.mapped("reason"))), (100, {REASON}))
        self._screen("manager").set_discount(visit.id, [row["key"]], 50, REASON)
        for method, *args in (("scan", BARCODE), ("add_product", self.cream.id), ("set_quantity", row["id"], 6)):
            with self.subTest(method=method), self.assertRaisesRegex(UserError, "may not give on more pieces"):
                getattr(self._screen(), method)(visit.id, *args)
        self.assertEqual(self._screen("manager").scan(visit.id, BARCODE)["rows"][1]["quantity"], 6)

    def test_a_tip_goes_to_its_account_and_bears_no_tax(self):
        visit = self._done()
        screen = self._screen().set_tip(visit.id, self.cosmetologist.id, 150)
        self.assertEqual((screen["total"], screen["rows"][1]["detail"]), (1300, "Hina"))
        visit.with_user(self.users["reception"]).action_pay_card()
        line = visit.invoice_id.invoice_line_ids[1]
        self.assertEqual(line.account_id, self.branch.clinic_tip_account_id)
        self.assertEqual(
            (line.clinic_tip_practitioner_id, line.price_total, line.name), (self.cosmetologist, 150, "Tip")
        )
        self.assertEqual(visit.invoice_id.amount_untaxed, 1150)
        tips = self.env["account.move.line"].with_user(self.users["accountant"])
        found = tips.search([("clinic_tip_practitioner_id", "!=", False), ("move_id", "=", visit.invoice_id.id)])
        self.assertEqual(found.credit, 150)

    def test_a_tip_is_taken_off_and_needs_an_account(self):
        visit = self._done()
        self._screen().set_tip(visit.id, self.cosmetologist.id, 150)
        self.assertEqual(len(self._screen().set_tip(visit.id, self.cosmetologist.id, 0)["rows"]), 1)
        with self.assertRaises(UserError):
            self._screen().set_tip(visit.id, self.cosmetologist.id, -5)
        self.branch.clinic_tip_account_id = False
        self.assertFalse(self._screen().load(visit.id)["tips_for"])
        with self.assertRaisesRegex(UserError, "account for tips"):
            self._screen().set_tip(visit.id, self.cosmetologist.id, 5)

    def test_what_was_charged_is_not_changed(self):
        visit = self._done()
        self._screen().scan(visit.id, BARCODE)
        visit.action_checkout()
        line = visit.checkout_line_ids.id
        for attempt in (
            lambda: self._screen().scan(visit.id, BARCODE),
            lambda: self._screen().set_quantity(visit.id, line, 0),
            lambda: self._screen().set_tip(visit.id, self.cosmetologist.id, 10),
            lambda: self._screen().set_discount(visit.id, [f"line-{line}"], 5, REASON),
        ):
            with self.assertRaisesRegex(UserError, "has been checked out"):
                attempt()

    def test_a_product_alone_is_sold_to_who_was_not_treated(self):
        visit = self.book(self.facial | self.laser, practitioner=self.doctor)
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.state = "in_progress"
            visit.procedure_ids.action_cancel()
            visit.action_done()
        self.assertIn("nothing to charge", self._screen().load(visit.id)["problem"])
        screen = self._screen().scan(visit.id, BARCODE)
        self.assertEqual((screen["problem"], screen["due"]), ("", 230))
