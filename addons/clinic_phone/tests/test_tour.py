from odoo.tests import HttpCase, tagged

from .common import PhoneCommon


@tagged("post_install", "-at_install")
class TestTour(PhoneCommon, HttpCase):
    browser_size = "1366x768"

    def test_a_sister_calls_and_books(self):
        self._due()
        self.start_tour("/clinic/call?number=%2B923001234567", "clinic_phone_call", login="test_reception")
        [row] = self._all()
        self.assertEqual((row.patient_id, row.outcome, row.number), (self.patient, "booked", self.number))
        self.assertEqual(self._of(), {"effect": "booked"})

    def test_somebody_new_calls(self):
        self.start_tour("/odoo/incoming-call", "clinic_phone_new", login="test_reception")
        [row] = self._all()
        self.assertEqual((row.patient_id.name, row.outcome), ("Dilshad New", "asked"))
        self.assertEqual(row.patient_id.phone_key, "923331234567")
