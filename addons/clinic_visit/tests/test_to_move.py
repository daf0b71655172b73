from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestToMove(VisitCommon):
    """What comes in the way of a booking afterwards is seen, and the visit is moved in one tap."""

    def setUp(self):
        super().setUp()
        self.visit = self.book(self.laser, self._at(10), self.doctor)
        self.other = self.book(self.facial, self._at(15), self.cosmetologist)

    def to_move(self, role="reception"):
        visits = self.env["clinic.visit"].with_user(self.users[role])
        return visits.search([("to_move", "=", True)]).with_env(self.env)

    def leave(self, resource=None, start=None, stop=None, user=None, **vals):
        leaves = self.env["resource.calendar.leaves"].with_user(user or self.users["manager"])
        return leaves.create(
            {
                "name": "Away",
                "resource_id": resource.id if resource else False,
                "date_from": start or self._at(0),
                "date_to": stop or self._at(23, 59),
                **vals,
            }
        )

    def test_nothing_is_to_be_moved_as_booked(self):
        self.assertFalse(self.to_move())
        self.assertFalse(self.visit.to_move or self.visit.move_reason)

    def test_what_comes_in_the_way_afterwards(self):
        device, room = self.visit.procedure_ids.device_id, self.visit.procedure_ids.room_id
        for expected, reason, change in (
            (self.visit, "Dr Sana is away", lambda: self.leave(self.doctor.resource_id)),
            (self.visit | self.other, "Test Clinic is closed", lambda: self.leave()),
            (self.visit, "Laser is closed", lambda: self.leave(device.resource_id)),
            (self.visit, "Room . is closed", lambda: self.leave(room.resource_id, self._at(9), self._at(12))),
            (self.visit | self.other, "is closed", lambda: self.calendar.attendance_ids.write({"hour_from": 18})),
            (self.visit, "Dr Sana can no longer be booked", lambda: self.doctor.employee_id.write({"active": False})),
            (self.visit, "Dr Sana can no longer be booked", lambda: self.doctor.write({"company_ids": [(5,)]})),
            (self.visit, "Dr Sana is not authorized for Laser", lambda: self.doctor.authorization_ids.unlink()),
            (self.visit, "Room . can no longer be booked", lambda: room.write({"active": False})),
        ):
            with self.subTest(reason=reason), self.env.cr.savepoint() as savepoint:
                change()
                self.env.invalidate_all()
                self.assertIn(self.visit, self.to_move())
                if room != self.other.procedure_ids.room_id or "Room" not in reason:
                    self.assertEqual(self.to_move(), expected)
                self.assertRegex(self.visit.move_reason, reason)
                [card] = [card for card in self.load() if card["visit_id"] == self.visit.id]
                self.assertIn("to_move", [flag["kind"] for flag in card["flags"]])
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertFalse(self.to_move())

    def load(self):
        board = self.env["clinic.board"].with_user(self.users["reception"]).with_company(self.branch)
        return board.load(day=self._at(12).date().isoformat())["procedures"]

    def test_only_what_is_still_to_come_is_to_be_moved(self):
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.leave()
        self.assertEqual(self.to_move(), self.other)

    def test_a_holiday_of_the_head_company_closes_its_branches(self):
        head, elsewhere = self.env["res.company"].create([{"name": "Head"}, {"name": "Elsewhere"}])
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": head.id})
        self.assertIn(head, branch.parent_ids)
        places = (self.doctor.resource_id | self.rooms.resource_id | self.device.resource_id).sudo()
        places.company_id = branch
        hours = lambda: places._clinic_work(self._at(8), self._at(20))[self.rooms[0].resource_id.id]  # noqa: E731
        self.assertEqual(len(hours()), 1)
        leaves = self.env["resource.calendar.leaves"]
        values = {"name": "Eid", "date_from": self._at(0), "date_to": self._at(23, 59)}
        leaves.with_company(elsewhere).create(values)
        self.assertEqual(len(hours()), 1, "of another company")
        holiday = leaves.with_company(head).create(values)
        self.assertEqual(holiday.company_id, head)
        self.assertEqual(hours(), [])

    def test_a_manager_enters_holidays_of_the_own_branches_alone(self):
        holiday = self.leave(user=self.users["manager"])
        holiday.date_to = self._at(20)
        self.assertEqual(holiday.company_id, self.branch)
        self.assertTrue(self.leave(self.doctor.resource_id, user=self.users["manager"]))
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        for values in ({"company_id": elsewhere.id}, {"company_id": False}):
            with self.subTest(values=values), self.assertRaises(UserError), self.env.cr.savepoint():
                holiday.write(values)
        for role in ("reception", "practitioner", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.leave(user=self.users[role])
        holiday.unlink()

    def test_who_enters_a_leave_reads_whom_it_meets(self):
        leave = self.leave(self.doctor.resource_id)
        self.assertEqual(leave.visit_to_move_count, 1)
        action = leave.action_view_visits_to_move()
        self.assertEqual(self.env["clinic.visit"].search(action["domain"]), self.visit)
        holiday = self.leave()
        self.assertEqual(holiday.visit_to_move_count, 2)
        self.assertEqual(self.leave(start=self._at(0, days=9), stop=self._at(23, days=9)).visit_to_move_count, 0)

    def test_the_next_free_times_are_offered_and_taken_in_one_tap(self):
        self.leave(self.doctor.resource_id)
        visit = self.visit.with_user(self.users["reception"])
        first = visit.free_times()["times"][0]
        local = self.branch._clinic_local(fields.Datetime.to_datetime(first["start"]))
        self.assertNotEqual(local.date(), self._at(12).date())
        self.assertEqual((first["practitioner_id"], first["name"]), (False, "Dr Sana"))
        self.assertEqual(visit.move_times[0], first)
        visit.reschedule(first["start"], practitioner=first["practitioner_id"] or None)
        self.assertFalse(self.to_move())
        self.assertEqual(str(visit.start), first["start"])

    def test_somebody_else_at_the_same_time_comes_first(self):
        self.env["clinic.authorization"].create(
            {"practitioner_id": self.cosmetologist.id, "treatment_id": self.laser.id, "date_from": "2020-01-01"}
        )
        self.leave(self.doctor.resource_id)
        first = self.visit.free_times()["times"][0]
        self.assertEqual((first["start"], first["name"]), (str(self.visit.start), "Hina"))
        self.visit.reschedule(first["start"], practitioner=first["practitioner_id"])
        self.assertEqual(self.visit.practitioner_ids, self.cosmetologist)
        self.assertFalse(self.to_move())

    def test_another_day_weeks_ahead(self):
        times = self.visit.free_times()["times"]
        starts = [fields.Datetime.to_datetime(time["start"]) for time in times]
        for weeks in (1, 2, 3, 4):
            self.assertIn(self.visit.start + timedelta(weeks=weeks), starts)
        self.assertNotIn(self.visit.start, starts)
        day = self._at(12, days=17).date()
        on_day = self.visit.free_times(day.isoformat())["times"]
        local = [self.branch._clinic_local(fields.Datetime.to_datetime(time["start"])) for time in on_day]
        self.assertEqual({moment.date() for moment in local}, {day})
        self.assertEqual((f"{local[0]:%H:%M}", f"{local[-1]:%H:%M}"), ("08:00", "19:15"))
        self.laser.interval_least = 14
        self.book(self.laser, self._at(10, days=20), self.doctor)
        self.assertFalse(self.visit.free_times(day.isoformat())["times"], "too close to the other session")

    def test_what_cannot_be_moved_offers_nothing(self):
        for day in ("tomorrow", 5):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.visit.free_times(day)
        with self.assertRaises(AccessError):
            self.visit.with_user(self.users["cosmetologist"]).free_times()
        with self.assertRaises(AccessError):
            self.visit.with_user(new_test_user(self.env, "clerk", "base.group_user")).free_times()
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        with self.assertRaisesRegex(UserError, "still to come"):
            self.visit.free_times()
        self.assertFalse(self.visit.move_times)

    def test_the_number_of_queries_does_not_grow_with_the_visits(self):
        self.leave()
        visits = self.env["clinic.visit"].with_user(self.users["reception"])

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visits.search_count([("to_move", "=", True)])
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for hour in (8, 9, 11, 12, 13):
            self.env["resource.calendar.leaves"].search([]).unlink()
            self.book(self.facial, self._at(hour), self.doctor)
            self.leave()
        count()
        self.assertLessEqual(count(), few)
