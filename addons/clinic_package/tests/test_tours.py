from odoo.tests import HttpCase, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import PackageMixin


@tagged("post_install", "-at_install")
class TestTours(PackageMixin, AccountTestInvoicingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_packages()

    def test_a_package_is_sold_in_instalments_and_its_first_session_booked(self):
        self.start_tour("/odoo/board", "clinic_package_sell", login="test_reception")
        course = self.env["clinic.course"].search([("patient_id", "=", self.patient.id)])
        due = course.invoice_line_id.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertEqual((len(due), len(course._planned())), (3, 1))

    def _sell_and_use_four(self):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        for days in (1, 15, 29, 43):
            self._perform(days=days)
        self._rule("By the package", sequence=1)
        self._rule("By the list", basis="list", sequence=2)
        return course

    def test_a_refund_is_asked_for_from_the_board(self):
        course = self._sell_and_use_four()
        self.start_tour("/odoo/board", "clinic_package_refund_from_board", login="test_reception")
        refund = self.env["clinic.refund"].search([("course_id", "=", course.id)])
        self.assertEqual((refund.state, refund.amount, refund.asked_by_id), ("asked", 16000, self.reception))

    def test_a_refund_is_asked_for_and_approved(self):
        course = self._sell_and_use_four()
        self.start_tour(f"/odoo/clinic.patient/{self.patient.id}", "clinic_package_refund", login="test_reception")
        refund = self.env["clinic.refund"].search([("course_id", "=", course.id)])
        self.assertEqual((refund.state, refund.amount, refund.asked_by_id), ("asked", 8000, self.reception))
        self.start_tour("/odoo/overview", "clinic_package_approve", login="test_manager")
        self.env.invalidate_all()
        self.assertEqual((refund.state, refund.payment_ids.amount), ("done", 8000))
        self.assert_proved()
