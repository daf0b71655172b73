from odoo.tests import HttpCase, tagged

from .common import FeeCommon


@tagged("post_install", "-at_install")
class TestTour(FeeCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._open_around_the_clock()

    def test_the_manager_waives_what_was_charged(self):
        visit = self._miss(self._booked())
        self.start_tour(f"/odoo/clinic.visit/{visit.id}", "clinic_fee_waive", login="test_manager")
        self.assertEqual((visit.fee_state, visit.fee_waive_reason), ("waived", "She was ill that day"))
        self.assertEqual(self._ledger(), (-1150, -1150, 3))

    def test_reception_cancels_too_late_and_reads_what_it_costs(self):
        self.branch.clinic_cancel_cutoff = 500
        visit = self._booked()
        self.start_tour(f"/odoo/clinic.visit/{visit.id}", "clinic_fee_cancel", login="test_reception")
        self.assertEqual((visit.state, visit.fee_cause, visit.fee_state), ("cancelled", "late", "paid"))
