from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import FollowupCommon


@tagged("post_install", "-at_install")
class TestTour(FollowupCommon, HttpCase):
    def test_a_call_from_the_board_to_the_booking_in_six_taps(self):
        rule = self._rule(
            "effect", days=10, treatment_ids=[Command.set(self.facial.ids)], script="Shall we find a time?"
        )
        self._treated(20)
        rule._look()
        self.start_tour("/odoo/board", "clinic_followup_call", login="test_reception")
        self.assertEqual(self._of(), {"effect": "booked"})
        [recall] = self.recalls.search([("patient_id", "=", self.patient.id)])
        self.assertEqual((recall.booked_by_id, recall.result), (self.users["reception"], "reached"))

    def test_nobody_answers(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        rule._look()
        self.start_tour("/odoo/due-list", "clinic_followup_no_answer", login="test_reception")
        [recall] = self.recalls.search([("patient_id", "=", self.patient.id)])
        self.assertEqual((recall.state, recall.tries), ("open", 1))
