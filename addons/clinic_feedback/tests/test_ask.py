from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestAsk(FeedbackCommon):
    """Who is asked, when, and how often."""

    def test_some_hours_after_a_visit_that_was_done(self):
        visit = self._performed(hours=2)
        self._queue(self._later(minutes=30))
        self.assertFalse(self._asked(visit))
        self._queue(self._later(minutes=90))
        message = self._asked(visit)
        self.assertEqual((len(message), message.state, message.purpose), (1, "queued", "feedback"))
        self._queue(self._later(minutes=100))
        self.assertEqual(self._asked(visit), message)
        self._deliver(after=self._later(minutes=110))
        self.assertEqual(message.state, "sent")

    def test_the_message_is_neutral_and_its_link_is_hidden(self):
        self.patient.message_channel = "email"
        message = self._ask(self._performed(hours=4))
        self.assertNotIn("Facial", f"{message.subject}{message.body}")
        self.assertIn("{feedback}", message.body)
        self.assertIn("(…)", message.text)
        subject, body = message._filled()
        self.assertEqual(subject, "How was your visit?")
        self.assertRegex(body, r"/c/[0-9a-f]{32}\n")

    def test_a_branch_that_does_not_ask(self):
        self.branch.clinic_feedback_ask = False
        visit = self._performed(hours=4)
        self._queue()
        self.assertFalse(self._asked(visit))

    def test_each_branch_asks_after_its_own_hours(self):
        self.branch.clinic_feedback_hours = 24
        visit = self._performed(hours=4)
        self._queue()
        self.assertFalse(self._asked(visit))
        self._queue(self._later(hours=21))
        self.assertTrue(self._asked(visit))

    def test_nobody_is_asked_about_a_visit_of_long_ago(self):
        visit = self._performed(days=5)
        self._queue()
        self.assertFalse(self._asked(visit))

    def test_not_who_did_not_come_or_has_cancelled(self):
        missed = self.book(start=self._at(12, days=1))
        cancelled = self.book(start=self._at(14, days=1))
        cancelled.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        with freeze_time(missed.start + timedelta(hours=1)):
            missed.action_no_show()
        self._queue(missed.start + timedelta(hours=10))
        self.assertFalse(self._asked(missed) | self._asked(cancelled))

    def test_once_in_thirty_days(self):
        first = self._performed(hours=5)
        self._queue()
        self.assertTrue(self._asked(first))
        with freeze_time(self._later(days=10)):
            again = self._performed(hours=4)
            self._queue()
            self.assertFalse(self._asked(again))
        with freeze_time(self._later(days=31)):
            later = self._performed(hours=4)
            self._queue()
            self.assertTrue(self._asked(later))

    def test_of_two_visits_at_once_about_the_last(self):
        first, second = self._performed(hours=8), self._performed(hours=4)
        self._queue()
        self.assertEqual((len(self._asked(first)), len(self._asked(second))), (0, 1))
        self._queue(self._later(minutes=10))
        self.assertFalse(self._asked(first))

    def test_after_every_visit_where_the_branch_wants_it(self):
        self.branch.clinic_feedback_days = 0
        visits = self._performed(hours=8) | self._performed(hours=4)
        self._queue()
        self.assertEqual([len(self._asked(visit)) for visit in visits], [1, 1])

    def test_who_has_answered_is_not_asked(self):
        visit = self._performed(hours=4)
        message = self._ask(visit)
        self._answer(visit)
        self._deliver()
        self.assertEqual((message.state, message.reason), ("cancelled", "The patient has answered already."))

    def test_what_was_switched_off_meanwhile_is_not_sent(self):
        message = self._ask(self._performed(hours=4))
        self.branch.clinic_feedback_ask = False
        self._deliver()
        self.assertEqual(message.state, "cancelled")
        self.assertIn("does not ask", message.reason)

    def test_merged_meanwhile_the_patient_is_asked_once(self):
        other = self.env["clinic.patient"].create({"name": "Ayesha Test", "email": "ayesha@example.com"})
        first = self._ask(self._performed(hours=8))
        with freeze_time(fields.Datetime.now() - timedelta(hours=4)):
            visit = self.env["clinic.visit"].book_walk_in(other, [self.facial], self.doctor)
            visit.action_start()
            visit.action_done()
        second = self._ask(visit)
        self.env["clinic.patient.merge"].with_user(self.users["manager"])._merge(self.patient, other)
        self._deliver()
        self.assertEqual(sorted((first | second).mapped("state")), ["cancelled", "sent"])

    def test_who_wants_no_questions_is_not_asked(self):
        for channel in ("email", "sms", "whatsapp"):
            self.env["clinic.message.consent"].create(
                {"patient_id": self.patient.id, "channel": channel, "purpose": "feedback", "is_given": False}
            )
        visit = self._performed(hours=4)
        self._queue()
        self._deliver()
        self.assertEqual(set(self._asked(visit).mapped("state")) - {"failed", "cancelled"}, set())

    def test_the_weekly_limit_counts_it(self):
        self.branch.write({"clinic_message_cap": 1, "clinic_feedback_days": 0})
        visits = self._performed(hours=8) | self._performed(hours=4)
        self._queue()
        self._deliver()
        states = [self._asked(visit).state for visit in visits]
        self.assertEqual(sorted(states), ["cancelled", "sent"])

    def test_addresses_of_reviews_and_numbers_are_checked(self):
        for vals in (
            {"clinic_feedback_review_url": "javascript:alert(1)"},
            {"clinic_feedback_hours": 0},
            {"clinic_feedback_days": -1},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.branch.write(vals)
                self.branch.flush_recordset()
