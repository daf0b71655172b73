from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.clinic_stock_account.tests.common import StockAccountCommon


@tagged("post_install", "-at_install")
class TestCheckout(StockAccountCommon):
    def setUp(self):
        super().setUp()
        self._finish(self.visit)
        self.gloves.write({"barcode": "5901234123457", "taxes_id": [(5,)], "is_confidential": False})
        self.screen = self.env["clinic.checkout"].with_user(self.users["reception"]).with_company(self.branch)

    def _pay_all(self, screen):
        cash = next(method["id"] for method in screen["methods"] if method["is_cash"])
        return self.screen.pay(screen["visit"]["id"], screen["due"], [{"method_id": cash, "amount": screen["due"]}])

    def test_what_is_sold_leaves_the_stock(self):
        self.assertEqual(self._on_hand(self.gloves), 10)
        self.screen.scan(self.visit.id, "(01)05901234123457(10)ANY")
        self._pay_all(self.screen.scan(self.visit.id, "5901234123457"))
        invoice = self.visit.invoice_id
        self.assertIn(self.gloves, invoice.invoice_line_ids.product_id)
        self.assertEqual((self._on_hand(self.gloves), invoice.clinic_to_hand_over), (8, False))

    def test_what_the_stock_does_not_have_is_sold_and_stays_to_be_handed_over(self):
        screen = self.screen.scan(self.visit.id, "5901234123457")
        line = next(row["id"] for row in screen["rows"] if row["kind"] == "product")
        self._pay_all(self.screen.set_quantity(self.visit.id, line, 11))
        self.assertEqual((self.visit.payment_state, self.visit.invoice_id.clinic_to_hand_over), ("paid", True))
        self.assertEqual(self._on_hand(self.gloves), 10)

    def test_checked_out_again_it_leaves_the_stock_once(self):
        self._pay_all(self.screen.scan(self.visit.id, "5901234123457"))
        self.assertEqual(self._on_hand(self.gloves), 9)
        self._credit(self.visit.invoice_id)
        self._pay_all(self.screen.load(self.visit.id))
        self.assertEqual((self._on_hand(self.gloves), self.visit.invoice_id.clinic_to_hand_over), (9, False))

    def test_taken_out_after_a_credit_and_put_in_again_it_leaves_the_stock_once(self):
        self._pay_all(self.screen.scan(self.visit.id, "5901234123457"))
        self._credit(self.visit.invoice_id)
        line = next(row["id"] for row in self.screen.load(self.visit.id)["rows"] if row["kind"] == "product")
        self.screen.set_quantity(self.visit.id, line, 0)
        self._pay_all(self.screen.scan(self.visit.id, "5901234123457"))
        self.assertEqual((self._on_hand(self.gloves), self.visit.invoice_id.clinic_to_hand_over), (9, False))

    def test_a_code_that_nobody_knows(self):
        with self.assertRaisesRegex(UserError, "No product that is sold here"):
            self.screen.scan(self.visit.id, "4006381333931")
