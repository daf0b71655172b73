from odoo.tests import HttpCase, tagged

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestTour(FeedbackCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_an_answer_on_a_phone(self):
        visit = self._performed(hours=4)
        self.start_tour(self._link(self._ask(visit)), "clinic_feedback_answer")
        [answer] = self.feedback.search([("visit_id", "=", visit.id)])
        self.assertEqual((answer.score, answer.comment, answer.wants_contact), (4, "The wait was long", True))
        self.assertTrue(answer.task_ids)
