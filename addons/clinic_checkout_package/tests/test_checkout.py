from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.clinic_package.tests.common import PackageCommon


@tagged("post_install", "-at_install")
class TestCheckout(PackageCommon):
    def setUp(self):
        super().setUp()
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        self.visit = self._perform(treatments=self.facial)
        self.screen = self.env["clinic.checkout"].with_user(self.reception).with_company(self.branch)

    def test_a_session_is_taken_off_and_charged_instead_by_one_tap(self):
        screen = self.screen.load(self.visit.id)
        [row] = screen["rows"]
        self.assertEqual((row["kind"], screen["due"]), ("covered", 0))
        self.assertEqual(row["detail"], self.visit.procedure_ids.session_use_id.display_name)
        screen = self.screen.set_session(self.visit.id, row["id"], False)
        [row] = screen["rows"]
        self.assertEqual((row["kind"], screen["due"]), ("treatment", 10000))
        [tap] = row["taps"]
        screen = self.screen.set_session(self.visit.id, row["id"], tap["value"])
        self.assertEqual((screen["rows"][0]["kind"], screen["due"]), ("covered", 0))

    def test_what_sessions_pay_for_is_posted_without_an_invoice(self):
        screen = self.screen.pay(self.visit.id, 0, [])
        self.assertTrue(screen["taken"])
        self.assertTrue(self.visit.is_checked_out)
        self.assertFalse(self.visit.invoice_ids)
        self.assertFalse(self.screen.pay(self.visit.id, 0, [])["taken"])
        self.assertEqual(self.screen.load(self.visit.id)["visit"]["receipt"], "")

    def test_a_package_is_no_product_of_the_basket(self):
        self.assertFalse(self.screen.find_products(self.visit.id, "Six peels"))
        with self.assertRaises(UserError):
            self.screen.add_product(self.visit.id, self.package.product_variant_id.id)
