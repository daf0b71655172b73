from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import SlotTaken

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestPlan(VisitCommon):
    """What book() chooses, and what it answers when there is nothing to choose."""

    def _local(self, alternative):
        return self.branch._clinic_local(fields.Datetime.to_datetime(alternative["start"])).strftime("%d %H:%M")

    def test_a_room_that_leaves_long_gaps_to_others(self):
        # Room 1 is busy until 10:00 and from 10:30: the tight fit.
        for start in (self._at(9, 30), self._at(10, 30)):
            visit = self.book(self.facial, start, self.doctor)
            visit.procedure_ids.move(room=self.rooms[1])
        visit = self.book(self.facial, self._at(10), self.doctor)
        self.assertEqual(visit.procedure_ids.room_id, self.rooms[1])

    def test_the_patient_stays_with_one_practitioner(self):
        # The cosmetologist has less to do, but may not do the laser.
        self.book(self.facial, self._at(8), self.doctor)
        visit = self.book([self.facial.id, self.laser.id], self._at(10))
        self.assertEqual(visit.practitioner_ids, self.doctor)
        first, second = visit.procedure_ids.sorted("start")
        # The facial ends at 10:30; the laser is prepared for five minutes.
        self.assertEqual((first.start, second.start), (self._at(10), self._at(10, 35)))
        self.assertEqual(first.room_id, second.room_id)

    def test_treatments_at_the_same_time_take_two_practitioners_and_two_rooms(self):
        visit = self.book([[self.laser.id, self.facial.id]], self._at(10))
        one, other = visit.procedure_ids
        self.assertEqual((one.start, other.start), (self._at(10), self._at(10)))
        self.assertEqual(one.practitioner_id, self.doctor)
        self.assertEqual(other.practitioner_id, self.cosmetologist)
        self.assertNotEqual(one.room_id, other.room_id)

    def test_parallel_treatments_that_only_one_person_could_do_are_refused(self):
        with self.assertRaisesRegex(SlotTaken, "not enough"):
            self.book([[self.laser.id, self._create_treatment("Peel").id]], self._at(10))

    def test_a_taken_time_comes_with_the_three_nearest(self):
        self.book(self.laser, self._at(10), self.doctor)
        with self.assertRaisesRegex(SlotTaken, "Dr Sana is already booked .* 9:55.AM – 10:55.AM") as caught:
            self.book(self.laser, self._at(10), self.doctor)
        near = caught.exception.context["alternatives"]
        day = self.branch._clinic_local(self._at(10)).strftime("%d")
        # 9:00 with buffers ends at 9:55; 8:45 and 11:00 are as far as 11:15.
        self.assertEqual([self._local(one) for one in near], [f"{day} 08:45", f"{day} 09:00", f"{day} 11:00"])
        self.assertEqual({one["practitioner_id"] for one in near}, {self.doctor.id})
        self.assertIn("nearest free times", str(caught.exception))
        visit = self.book(self.laser, near[0]["start"], near[0]["practitioner_id"])
        self.assertEqual(visit.state, "booked")

    def test_outside_the_hours_the_nearest_are_named_too(self):
        with self.assertRaisesRegex(SlotTaken, "outside the working hours") as caught:
            self.book(self.laser, self._at(22), self.doctor)
        self.assertEqual(len(caught.exception.context["alternatives"]), 3)

    def test_an_appointment_in_the_calendar_is_respected(self):
        self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": self._at(10),
                "stop": self._at(11),
                "partner_ids": [(6, 0, self.doctor.user_id.partner_id.ids)],
            }
        )
        with self.assertRaisesRegex(SlotTaken, "appointment in the calendar"):
            self.book(self.laser, self._at(10), self.doctor)
        with self.assertRaisesRegex(ValidationError, "appointment in the calendar"):
            self.env["clinic.visit"].create(
                {
                    "patient_id": self.patient.id,
                    "company_id": self.branch.id,
                    "procedure_ids": [
                        (
                            0,
                            0,
                            {"treatment_id": self.laser.id, "start": self._at(10), "practitioner_id": self.doctor.id},
                        )
                    ],
                }
            )

    def test_a_plan_cannot_be_declared_good_from_outside(self):
        for forged in (True, "PLANNED", {"a": 1}):
            with self.subTest(forged=forged), self.assertRaises(ValidationError):
                self.env["clinic.visit"].with_context(clinic_plan=forged).create(
                    {
                        "patient_id": self.patient.id,
                        "company_id": self.branch.id,
                        "procedure_ids": [
                            (
                                0,
                                0,
                                {
                                    "treatment_id": self.laser.id,
                                    "start": self._at(23),
                                    "practitioner_id": self.doctor.id,
                                },
                            )
                        ],
                    }
                )

    def test_who_loses_a_race_gets_another_free_room(self):
        # What another transaction books in the meantime can't be seen in this one: the lost resource is left out.
        availability = self.env["clinic.availability"]
        steps = availability._steps([self.laser])
        known = availability._known_of_day(steps, self._at(10), self.branch)
        [plan] = availability._plan(steps, self._at(10), self.branch, known=known)
        error = SlotTaken("", self.rooms.browse(plan["room_id"]).resource_id.id)
        lost = availability._lost([plan], error, known)
        [again] = availability._plan(steps, self._at(10), self.branch, taken=lost, known=known)
        self.assertEqual((self.rooms - self.rooms.browse(plan["room_id"])).id, again["room_id"])

    def test_a_walk_in_is_booked_from_this_minute_on_and_has_arrived(self):
        self.calendar.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        visit = self.env["clinic.visit"].book_walk_in(self.patient, self.facial)
        self.assertEqual(visit.state, "arrived")
        self.assertLess(abs(visit.start - fields.Datetime.now()), timedelta(minutes=2))

    def test_booking_is_cheap(self):
        self.book(start=self._at(9))
        self.env.invalidate_all()
        with self.assertQueryCount(34):
            self.book(start=self._at(10))

    def test_treatments_in_strange_shapes(self):
        for treatments, message in (
            ([[]], "at least one treatment"),
            ([[self.facial.id], ["x"]], "by its number"),
            ([[[self.facial.id]]], None),
        ):
            with self.subTest(treatments=treatments):
                if message:
                    with self.assertRaisesRegex(UserError, message):
                        self.book(treatments, self._at(10))
                else:
                    self.assertTrue(self.book(treatments, self._at(10)))
