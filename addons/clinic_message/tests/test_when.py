from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.clinic_message.outcome import Outcome

from .common import TRANSMIT, MessageCommon

# zone of the patient, moment in UTC, when it is sent in UTC; quiet from 21:00 to 09:00
QUIET = [
    ("Asia/Karachi", "2027-05-10 10:00", None),
    ("Asia/Karachi", "2027-05-10 15:59", None),
    ("Asia/Karachi", "2027-05-10 16:00", "2027-05-11 04:00"),
    ("Asia/Karachi", "2027-05-10 20:00", "2027-05-11 04:00"),
    ("Asia/Karachi", "2027-05-11 03:59", "2027-05-11 04:00"),
    ("Asia/Karachi", "2027-05-11 04:00", None),
    ("America/New_York", "2027-05-10 10:00", "2027-05-10 13:00"),
    ("America/New_York", "2027-05-10 14:00", None),
    ("Europe/Amsterdam", "2027-05-10 18:30", None),
    ("Europe/Amsterdam", "2027-05-10 19:30", "2027-05-11 07:00"),
    # The night in which the clocks go forward: nine o'clock comes an hour sooner.
    ("America/New_York", "2027-03-14 02:30", "2027-03-14 13:00"),
    ("Europe/Amsterdam", "2027-03-27 21:00", "2027-03-28 07:00"),
    # And back: an hour later.
    ("America/New_York", "2027-11-07 01:30", "2027-11-07 14:00"),
    ("Europe/Amsterdam", "2027-10-30 20:30", "2027-10-31 08:00"),
]


@tagged("post_install", "-at_install")
class TestWhen(MessageCommon):
    def _message(self, **vals):
        return self.messages.new(
            {"company_id": self.branch.id, "patient_id": self.patient.id, "recipient": "patient", **vals}
        )

    def test_quiet_hours_where_the_patient_lives(self):
        self.branch.write({"clinic_quiet_from": 21, "clinic_quiet_to": 9})
        message = self._message()
        for zone, moment, until in QUIET:
            with self.subTest(zone=zone, moment=moment):
                self.patient.tz = zone
                found = message._quiet_until(datetime.fromisoformat(moment))
                self.assertEqual(found, until and datetime.fromisoformat(until))

    def test_quiet_hours_by_day_and_none(self):
        self.branch.write({"clinic_quiet_from": 13, "clinic_quiet_to": 14.5})
        message = self._message()
        self.assertEqual(message._quiet_until(datetime(2027, 5, 10, 8, 30)), datetime(2027, 5, 10, 9, 30))
        self.assertIsNone(message._quiet_until(datetime(2027, 5, 10, 10)))
        self.branch.write({"clinic_quiet_from": 0, "clinic_quiet_to": 0})
        self.assertIsNone(message._quiet_until(datetime(2027, 5, 10, 8, 30)))
        self.branch.write({"clinic_quiet_from": 21, "clinic_quiet_to": 9})
        self.assertIsNone(self._message(recipient="manager")._quiet_until(datetime(2027, 5, 10, 20)))

    def test_a_message_waits_for_the_morning(self):
        self.branch.write({"clinic_quiet_from": 21, "clinic_quiet_to": 9})
        visit = self.book(start=self._at(12, days=4))
        self._queue()
        message = self._of(visit)
        night, morning = self._at(23, days=1), self._at(9, days=2)
        with self._transmitting() as transmit:
            self._send(night)
            self.assertEqual(transmit.call_count, 0)
            self.assertEqual((message.state, message.send_at), ("queued", morning))
            self._send(morning)
            self.assertEqual(transmit.call_count, 1)
        self.assertEqual(message.state, "sent")

    def test_no_message_after_the_visit(self):
        self.branch.write({"clinic_quiet_from": 21, "clinic_quiet_to": 9})
        visit = self.book(start=self._at(8, 30, days=4))
        self._queue()
        self._send(self._at(23, days=3))
        self.assertEqual(
            (self._of(visit).state, self._of(visit).reason), ("failed", "The quiet hours end too late for it.")
        )

    def test_a_weekly_limit_beyond_visits(self):
        self.branch.clinic_message_cap = 2
        self._open_around_the_clock()
        self.kinds["aftercare"].hours = 1
        visits = self._performed(hours=1) + self._performed(hours=3) + self._performed(hours=5)
        self._queue(self._later(hours=2))
        self._deliver(after=self._later(hours=3))
        states = [self._of(visit).state for visit in visits]
        self.assertEqual(sorted(states), ["cancelled", "sent", "sent"])
        over = self.messages.search([("visit_id", "in", visits.ids), ("state", "=", "cancelled")])
        self.assertEqual(over.reason, "The patient has had enough messages this week.")
        upcoming = self.book(start=self._at(12, days=2))
        self._queue(self._later(hours=3))
        self._deliver(after=self._later(hours=4))
        self.assertEqual(self._of(upcoming).state, "sent", "what is about a visit is not counted")

    def test_trial_uses_up_no_weeks_limit(self):
        self.branch.clinic_message_cap = 1
        self._open_around_the_clock()
        self.kinds["aftercare"].hours = 1
        tried = self._performed(hours=3)
        self._queue(self._later(minutes=10))
        self._send(self._later(minutes=11))
        self.assertEqual((self._of(tried).state, self._of(tried).is_trial), ("sent", True))
        self.assertFalse(self._of(tried)._is_over_cap(self._later(minutes=20)))

    def _transmitting(self):
        return patch(TRANSMIT, return_value=Outcome("sent"))
