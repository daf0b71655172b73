from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestTwice(FeedbackCommon):
    """Who is not asked, is not asked twice, and what goes on although somebody wants no questions."""

    def _second_kind(self):
        kind = self.kind.copy({"name": "How was it once more"})
        for text in self.kind.template_ids.filtered(lambda text: text.lang == "en_US"):
            text.copy({"kind_id": kind.id})
        return kind

    def _finish(self, message, state):
        message._change({"state": state, "sent_at": self._later() if state == "sent" else False})

    def test_by_one_kind_about_one_visit(self):
        self.branch.clinic_feedback_days = 0
        second = self._second_kind()
        visit = self._performed(hours=4)
        self._queue()
        asked = self.messages.search([("visit_id", "=", visit.id)])
        self.assertEqual(asked.kind_id, self.kind)
        again = self.messages._queue(second, visit)
        self._deliver()
        self.assertEqual(sorted((asked | again).mapped("state")), ["cancelled", "sent"])

    def test_again_only_where_it_was_not_delivered(self):
        message = self._ask(self._performed(hours=4))
        for state in ("sent", "unknown"):
            self._finish(message, state)
            with self.subTest(state=state), self.assertRaisesRegex(UserError, "asked twice"):
                message.send_by("email")
        self._finish(message, "failed")
        message.send_by("email")
        [again] = self.messages.search([("again_of_id", "=", message.id)])
        self.assertEqual(again.state, "queued")
        with self.assertRaisesRegex(UserError, "asked twice"):
            message.send_by("email")

    def test_a_link_is_good_until_a_day_after_the_visit_whenever_it_is_sent(self):
        visit = self._performed(hours=4)
        with freeze_time(self._later(days=10)):
            link = self.env["clinic.message.link"]
            link._address(self._ask(visit), "feedback")
            [stored] = link.search([("message_id.visit_id", "=", visit.id), ("purpose", "=", "feedback")])
        self.assertEqual(stored.expires_at, visit.done_at + timedelta(days=14, hours=3))

    def test_who_is_under_age_is_not_asked(self):
        self.patient.birth_date = Date.subtract(self.branch._clinic_today(), years=17)
        visit = self._performed(hours=4)
        self._queue()
        self.assertFalse(self._asked(visit))
        self.patient.birth_date = False
        message = self._ask(visit)
        self.patient.birth_date = Date.subtract(self.branch._clinic_today(), years=17)
        self._deliver()
        self.assertEqual((message.state, message.reason), ("cancelled", "This patient is not asked."))

    def test_to_stop_questions_stops_nothing_else(self):
        message = self._ask(self._performed(hours=4))
        self.assertEqual(message._stops(), ["feedback"])
        care = self.messages.new({"purpose": "care"})
        self.assertEqual(care._stops(), ["care", "marketing"])

    def test_questions_never_take_the_place_of_aftercare(self):
        self.branch.clinic_message_cap = 1
        asked = self._ask(self._performed(hours=4))
        self._finish(asked, "sent")
        visit = self._performed(hours=8)
        for purpose, is_over in (("care", False), ("feedback", True), ("marketing", True)):
            other = self._ask(visit)[:1] or self._asked(visit)
            other._change({"purpose": purpose})
            self.assertEqual(other._is_over_cap(self._later(minutes=1)), is_over, purpose)

    @mute_logger("odoo.sql_db")
    def test_a_kind_that_asks_has_its_purpose(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.kind.purpose = "care"
            self.kind.flush_recordset()

    def test_the_link_stands_only_in_what_patients_are_asked_by(self):
        [text, *_rest] = self.kind.template_ids.filtered(lambda text: text.channel == "sms" and text.lang == "en_US")
        with self.assertRaisesRegex(ValidationError, "stands only"):
            text.audience = "staff"
        other = self.env["clinic.message.kind"].create({"name": "By hand", "trigger": "manual"})
        with self.assertRaisesRegex(ValidationError, "stands only"):
            text.copy({"kind_id": other.id})
        with self.assertRaisesRegex(ValidationError, "stands only"):
            self.kind.trigger = "manual"
