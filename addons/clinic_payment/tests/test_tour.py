from odoo.tests import HttpCase, tagged

from .common import PaymentCommon


@tagged("post_install", "-at_install")
class TestTour(PaymentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._open_around_the_clock()
        cls.patient.birth_date = "1990-05-01"

    def test_reception_books_with_a_deposit(self):
        self.start_tour("/odoo/board", "clinic_payment_book", login="test_reception")
        [visit] = self.env["clinic.visit"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual((visit.state, visit.deposit_channel, visit.deposit_due), ("held", "desk", 1150))

    def test_reception_takes_the_deposit_at_the_desk(self):
        visit = self._held(start=self._at(16, days=0))
        self.start_tour(f"/odoo/clinic.visit/{visit.id}", "clinic_payment_take", login="test_reception")
        self.assertEqual((visit.state, visit.deposit_state), ("booked", "paid"))
        self.assertEqual(visit.sudo().deposit_payment_ids.journal_id, self.cash.journal_id)
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
