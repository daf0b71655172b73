from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestFindSlots(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.availability = cls.env["clinic.availability"]

    def find(self, treatment=None, start=None, stop=None, **kwargs):
        return self.availability.find_slots(
            treatment or self.laser, start or self._at(8), stop or self._at(20), **kwargs
        )

    def starts(self, *args, **kwargs):
        return [self.branch._clinic_local(slot["start"]).strftime("%H:%M") for slot in self.find(*args, **kwargs)]

    def test_a_slot_names_practitioner_room_and_device(self):
        [first, *_rest] = self.find()
        self.assertEqual(
            first,
            {
                "start": self._at(8),
                "stop": self._at(8, 45),
                "practitioner_id": self.doctor.id,
                "room_id": self.rooms[0].id,
                "device_id": self.device.id,
            },
        )

    def test_the_last_slot_ends_with_the_working_hours(self):
        self.assertEqual(self.starts()[-1], "19:15")
        self.assertEqual(self.starts(self.facial)[-1], "19:30")

    def test_buffers_keep_the_next_one_away(self):
        # 10:00 to 10:45, taken from 9:55 to 10:55: the next, with five minutes before it, begins at 11:00.
        self.book(self.laser, self._at(10), self.doctor)
        self.assertEqual(
            self.starts(start=self._at(8, 30), stop=self._at(12)), ["08:30", "08:45", "09:00", "11:00", "11:15"]
        )

    def test_one_device_is_enough_to_be_missing(self):
        self._authorize(self.cosmetologist, self.laser)
        self.book(self.laser, self._at(10), self.doctor)
        self.assertNotIn("10:00", self.starts())
        self.env["clinic.device"].create(
            {
                "name": "Second",
                "kind_id": self.device_kind.id,
                "company_id": self.branch.id,
                "tz": "Asia/Karachi",
                "resource_calendar_id": self.calendar.id,
            }
        )
        [slot] = self.find(start=self._at(10), stop=self._at(10, 46))
        self.assertEqual(slot["practitioner_id"], self.cosmetologist.id)
        self.assertNotEqual(slot["device_id"], self.device.id)

    def _authorize(self, practitioner, treatment, **vals):
        return self.env["clinic.authorization"].create(
            {"practitioner_id": practitioner.id, "treatment_id": treatment.id, "date_from": "2020-01-01", **vals}
        )

    def test_only_on_days_of_a_valid_authorization(self):
        day = self.branch._clinic_local(self._at(12)).date()
        self.env["clinic.authorization"].search([("practitioner_id", "=", self.doctor.id)]).date_to = day
        slots = self.find(stop=self._at(20, days=9))
        self.assertEqual({self.branch._clinic_local(slot["start"]).date() for slot in slots}, {day})

    def test_nothing_during_leaves_public_holidays_and_appointments(self):
        leaves = self.env["resource.calendar.leaves"]
        leaves.create(
            {
                "name": "Dentist",
                "resource_id": self.doctor.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": self._at(8),
                "date_to": self._at(12),
            }
        )
        leaves.create(
            {
                "name": "Holiday",
                "company_id": self.branch.id,
                "calendar_id": self.calendar.id,
                "date_from": self._at(12),
                "date_to": self._at(15),
            }
        )
        event = self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": self._at(15),
                "stop": self._at(19),
                "partner_ids": [Command.set(self.doctor.user_id.partner_id.ids)],
            }
        )
        self.assertEqual(self.starts(), ["19:15"])
        event.show_as = "free"
        self.assertEqual(self.starts()[0], "15:00")

    def test_an_appointment_of_the_whole_day_takes_the_branch_s_day(self):
        day = self.branch._clinic_local(self._at(12)).date()
        self.env["calendar.event"].create(
            {
                "name": "Congress",
                "allday": True,
                "start_date": day,
                "stop_date": day,
                "show_as": "busy",
                "partner_ids": [Command.set(self.doctor.user_id.partner_id.ids)],
            }
        )
        self.assertEqual(self.find(start=self._at(0), stop=self._at(23)), [])
        self.assertTrue(self.find(start=self._at(8, days=8), stop=self._at(10, days=8)))

    def test_hours_follow_the_version_of_each_day(self):
        evening = self.env["resource.calendar"].create(
            {
                **self._calendar_values("Evening", self.branch),
                "attendance_ids": [Command.clear()]
                + [
                    Command.create({"name": "Late", "dayofweek": str(day), "hour_from": 16, "hour_to": 20})
                    for day in range(7)
                ],
            }
        )
        change = self.branch._clinic_local(self._at(12, days=8)).date()
        self.doctor.employee_id.create_version({"date_version": change, "resource_calendar_id": evening.id})
        self.assertEqual(self.starts()[0], "08:00")
        self.assertEqual(self.starts(start=self._at(8, days=8), stop=self._at(20, days=8))[0], "16:00")

    def test_hours_do_not_travel_with_the_preferences_of_a_user(self):
        before = self.starts()
        self.doctor.user_id.tz = self.doctor.employee_id.tz = "America/New_York"
        self.assertEqual(self.starts(), before)

    def test_the_practitioner_is_free_while_the_cream_works(self):
        self.facial.write({"treatment_duration": 60, "processing_start": 15, "processing_duration": 30})
        self.book(self.facial, self._at(10), self.doctor)
        # 20 minutes fit into the half hour from 10:15, in the other room.
        quick = self._create_treatment("Check", treatment_duration=20, room_kind_id=self.room_kind.id)
        found = self.starts(quick, start=self._at(10), stop=self._at(11), practitioner=self.doctor)
        self.assertEqual(found, ["10:15"])
        visit = self.book(quick, self._at(10, 15), self.doctor)
        self.assertEqual(visit.procedure_ids.room_id, self.rooms[1])

    def test_notice_horizon_and_step_of_the_branch(self):
        self.branch.write({"clinic_booking_notice": 7 * 24 + 12, "clinic_booking_horizon": 8, "clinic_slot_step": 60})
        with freeze_time(self._at(22, 10, days=0)):
            slots = self.find(start=fields.Datetime.now(), stop=self._at(0, days=60))
        # Twelve hours after ten past ten in the evening, on the hour, until the horizon in the evening.
        self.assertEqual(slots[0]["start"], self._at(11, days=8))
        self.assertEqual(slots[-1]["start"], self._at(19, days=8))
        self.assertEqual({slot["start"].minute for slot in slots}, {0})
        with self.assertRaisesRegex(ValidationError, "too far away"):
            self.find(start=self._at(8, days=10), stop=self._at(20, days=10))

    def test_the_least_interval_of_one_patient(self):
        self.laser.interval_least = 14
        self.book(self.laser, self._at(10), self.doctor)
        slots = self.find(start=self._at(0), stop=self._at(0, days=30), patient=self.patient)
        self.assertEqual(
            self.branch._clinic_local(slots[0]["start"]).date() - self.branch._clinic_local(self._at(10)).date(),
            timedelta(days=14),
        )
        other = self.env["clinic.patient"].create({"name": "Other"})
        self.assertTrue(self.find(patient=other))

    def test_a_hold_that_has_run_out_is_free(self):
        visit = self.book(self.laser, self._at(10), self.doctor, hold_minutes=10)
        self.assertNotIn("10:00", self.starts())
        visit.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertIn("10:00", self.starts())

    def test_limit_and_practitioner(self):
        self.assertEqual(len(self.find(self.facial, limit=3)), 3)
        slots = self.find(self.facial, practitioner=self.cosmetologist.id)
        self.assertEqual({slot["practitioner_id"] for slot in slots}, {self.cosmetologist.id})

    def test_the_one_with_least_to_do_comes_first(self):
        self.book(self.facial, self._at(8), self.doctor)
        [slot] = self.find(self.facial, start=self._at(10), limit=1)
        self.assertEqual(slot["practitioner_id"], self.cosmetologist.id)

    def test_questions_without_sense_are_answered_in_words(self):
        for message, args, kwargs in (
            ("ends .* before it begins", (self.laser, self._at(12), self._at(10)), {}),
            ("too far away", (self.laser, "2999-01-01", "2999-01-02"), {}),
            ("not a date", (self.laser, "tomorrow", self._at(10)), {}),
            ("Choose the date", (self.laser, None, self._at(10)), {}),
            ("no longer exists", (10**8, self._at(8), self._at(10)), {}),
            ("by its number", ("laser", self._at(8), self._at(10)), {}),
            ("Choose the treatment", (None, self._at(8), self._at(10)), {}),
            ("at least one slot", (self.laser, self._at(8), self._at(10)), {"limit": 0}),
            ("no longer exists", (self.laser, self._at(8), self._at(10)), {"practitioner": 10**8}),
            ("Nobody is authorized", (self.laser, self._at(8), self._at(10)), {"practitioner": self.cosmetologist}),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self.availability.find_slots(*args, **kwargs)

    def test_a_treatment_that_nobody_can_do_or_that_has_no_room(self):
        self.laser.device_kind_id = self.env["clinic.device.kind"].create({"name": "Shockwave"})
        with self.assertRaisesRegex(UserError, "needs a device of the kind “Shockwave”"):
            self.find()
        stranger = self._create_treatment("Thread lift", categ_id=self.env["product.category"].create({"name": "X"}).id)
        with self.assertRaisesRegex(UserError, "Nobody is authorized for Thread lift"):
            self.find(stranger)
        with self.assertRaisesRegex(UserError, "is not a treatment"):
            self.find(self.env["product.template"].create({"name": "Cream"}))

    def test_another_branch_is_no_business_of_ours(self):
        other = self.env["res.company"].create({"name": "Other Branch"})
        user = self.users["reception"]
        asked = self.availability.with_user(user).find_slots
        for branch in (other, other.id, 10**8):
            with self.subTest(branch=branch), self.assertRaisesRegex(UserError, "do not work in that branch"):
                asked(self.laser.id, self._at(8), self._at(10), branch=branch)

    def test_only_those_who_see_visits_see_free_times(self):
        for role in ("warehouse", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.availability.with_user(self.users[role]).find_slots(self.laser.id, self._at(8), self._at(10))
        for role in ("reception", "cosmetologist", "practitioner", "manager"):
            with self.subTest(role=role):
                slots = self.availability.with_user(self.users[role]).find_slots(
                    self.laser.id, self._at(8), self._at(10)
                )
                self.assertTrue(slots)

    def test_the_number_of_queries_does_not_depend_on_the_number_of_resources(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.find(stop=self._at(20, days=30))
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        self.doctor.sequence += 1
        few_anew = queries()
        for number in range(45):
            self._authorize(self._create_practitioner(f"Dr {number}"), self.laser)
        self.env["clinic.room"].create(
            [
                {
                    "name": f"Room {n}",
                    "kind_id": self.room_kind.id,
                    "company_id": self.branch.id,
                    "tz": "Asia/Karachi",
                    "resource_calendar_id": self.calendar.id,
                }
                for n in range(10, 40)
            ]
        )
        # The first search after a change reads who works here and when; those that follow remember it.
        self.assertEqual(queries(), few_anew)
        self.assertEqual(queries(), few)
        with self.assertQueryCount(8):
            self.env.invalidate_all()
            self.find(stop=self._at(20, days=30))
