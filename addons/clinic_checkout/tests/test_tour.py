from odoo.tests import HttpCase, tagged

from .common import CheckoutCommon


@tagged("post_install", "-at_install")
class TestTour(CheckoutCommon, HttpCase):
    def _walk(self, role, tour):
        visit = self._done()
        url = f"/odoo/checkout/{visit.id}"
        self.start_tour(url, tour, login=f"test_{role}")
        return visit

    def test_reception_scans_a_product_splits_the_payment_and_gives_change(self):
        visit = self._walk("reception", "clinic_checkout_split")
        self.assertEqual((visit.payment_state, visit.invoice_id.amount_total), ("paid", 1380))
        payments = visit.invoice_ids.matched_payment_ids.sorted("id")
        self.assertEqual(payments.mapped("amount"), [1000, 380])
        self.assertEqual(payments.mapped("clinic_received"), [0, 500])

    def test_a_manager_gives_a_discount_takes_a_tip_and_leaves_a_debt(self):
        visit = self._walk("manager", "clinic_checkout_debt")
        self.assertEqual((visit.payment_state, visit.amount_total, visit.amount_due), ("partial", 670, 570))
