from datetime import datetime

import vobject
from freezegun import freeze_time
from pytz import utc

from odoo.tests import tagged

from .common import MessageCommon


@tagged("post_install", "-at_install")
class TestCalendar(MessageCommon):
    """The calendar file of a visit: one event from the booking to the cancellation."""

    def setUp(self):
        super().setUp()
        self.patient.message_channel = "email"

    def _event(self, message):
        [(name, content, kind)] = message._prepare_email("Noor <desk@test.clinic>")["attachments"]
        self.assertEqual((name, kind), ("visit.ics", "text/calendar"))
        calendar = vobject.readOne(content.decode())
        return calendar.method.value, calendar.vevent

    def test_one_event_from_booking_to_cancellation(self):
        visit = self.book()
        self._queue()
        self._deliver()
        method, booked = self._event(self._of(visit, "booked"))
        self.assertEqual((method, booked.status.value, booked.sequence.value), ("PUBLISH", "CONFIRMED", "0"))
        self.assertEqual(booked.dtstart.value.replace(tzinfo=None), visit.start)
        self.assertEqual(booked.dtend.value.replace(tzinfo=None), visit.stop)
        self.assertEqual(booked.organizer.value, "mailto:desk@test.clinic")
        visit.reschedule(self._at(17))
        self._queue()
        self._deliver(after=self._later(minutes=8))
        method, moved = self._event(self._of(visit, "moved"))
        self.assertEqual(moved.dtstart.value.replace(tzinfo=None), self._at(17))
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_clinic"))
        self._queue(self._later(minutes=10))
        method, cancelled = self._event(self._of(visit, "cancelled"))
        self.assertEqual((method, cancelled.status.value), ("CANCEL", "CANCELLED"))
        self.assertEqual(cancelled.dtstart.value.replace(tzinfo=None), self._at(17))
        self.assertEqual({event.uid.value for event in (booked, moved, cancelled)}, {booked.uid.value})
        self.assertEqual([event.sequence.value for event in (booked, moved, cancelled)], ["0", "1", "2"])

    def test_it_says_nothing_of_what_is_done(self):
        visit = self.book()
        self._queue()
        content = self._of(visit, "booked")._calendar("desk@test.clinic")
        self.assertIn(f"Visit at {self.branch.name}", content)
        for text in (self.facial.name, self.patient.name, "Sana"):
            self.assertNotIn(text, content)

    def test_only_what_changes_a_visit_and_goes_to_the_patient_has_one(self):
        self.users["practitioner"].partner_id.email = "sana@test.clinic"
        self.kinds["booked"].to_practitioner = True
        visit = self.book(start=self._at(12, days=7), practitioner=self.doctor)
        self._queue()
        self._queue(self._at(12, days=5))
        staff, reminder = self._of(visit, recipient="practitioner"), self._of(visit, "reminder_days")
        self.assertTrue(staff and reminder)
        for message in staff | reminder:
            self.assertNotIn("attachments", message._prepare_email("desk@test.clinic"))

    def test_on_both_nights_on_which_the_clocks_change_the_times_are_right(self):
        self.calendar.tz = "Europe/Amsterdam"
        self.env.registry.clear_cache()
        for now, day, stamp in (
            ("2027-03-20 08:00:00", "2027-03-27", "20270327T090000Z"),
            ("2027-03-20 08:00:00", "2027-03-29", "20270329T080000Z"),
            ("2026-10-20 08:00:00", "2026-10-24", "20261024T080000Z"),
            ("2026-10-20 08:00:00", "2026-10-26", "20261026T090000Z"),
        ):
            with self.subTest(day=day), freeze_time(now):
                visit = self.env["clinic.visit"].book(self.patient, [self.facial], self._local(day, 10))
                [kind] = self.kinds["booked"]
                message = self.messages._queue(kind, visit).filtered(lambda one: one.recipient == "patient")
                content = message._calendar("desk@test.clinic")
                self.assertIn(f"DTSTART:{stamp}", content)
                self.assertIn("10:00", message.body.replace("\u202f", " "))

    def _local(self, day, hour):
        """Return ``hour`` o'clock on ``day`` in the branch, as naive UTC."""
        moment = datetime.fromisoformat(f"{day} {hour:02}:00:00")
        return self.branch._clinic_timezone().localize(moment).astimezone(utc).replace(tzinfo=None)
