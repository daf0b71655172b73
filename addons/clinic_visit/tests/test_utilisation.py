from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestUtilisation(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facts = cls.env["clinic.utilisation"]
        cls.day = cls.branch._clinic_local(cls._at(10)).date()

    def _refresh(self, first=0, last=0):
        self.facts._refresh(self.day + timedelta(days=first), self.day + timedelta(days=last), self.branch)

    def _fact(self, record, days=0):
        domain = [("resource_id", "=", record.resource_id.id), ("day", "=", self.day + timedelta(days=days))]
        return self.facts.search(domain)

    def assert_minutes(self, record, **minutes):
        fact = self._fact(record)
        names = ("open", "reserved", "treated", "blocked", "no_show")
        found = {name: fact[f"minutes_{name}"] for name in names}
        self.assertEqual(found, {"open": 720, **dict.fromkeys(names[1:], 0), **minutes})

    def test_a_day_without_visits_is_open_and_empty(self):
        self._refresh()
        for record in (self.doctor, self.cosmetologist, *self.rooms, self.device):
            self.assert_minutes(record)
        self.assertEqual(self._fact(self.rooms[0]).kind, "room")
        self.assertEqual(self._fact(self.device).kind, "device")
        self.assertEqual(self._fact(self.doctor).company_id, self.branch)

    def test_reserved_includes_buffers_and_treated_does_not(self):
        procedure = self.book(self.laser).procedure_ids
        self._refresh()
        for record in (self.doctor, procedure.room_id, self.device):
            self.assert_minutes(record, reserved=60, treated=45)
        self.assertAlmostEqual(self._fact(self.doctor).utilisation, 60 / 720, places=3)
        self.assertAlmostEqual(self._fact(self.doctor).treated_share, 45 / 720, places=3)

    def test_a_practitioner_is_free_while_a_cream_works(self):
        self.facial.write({"treatment_duration": 60, "processing_start": 10, "processing_duration": 20})
        procedure = self.book(practitioner=self.doctor).procedure_ids
        self._refresh()
        self.assert_minutes(self.doctor, reserved=40, treated=40)
        self.assert_minutes(procedure.room_id, reserved=60, treated=60)

    def test_blocked_and_missed_time_is_told_apart(self):
        block = {"name": "Maintenance", "company_id": self.branch.id}
        self.env["clinic.block"].create(
            {
                **block,
                "resource_ids": self.device.resource_id.ids,
                "start": self._at(12),
                "stop": self._at(13, 30),
            }
        )
        visit = self.book(self.laser, self._at(9))
        with freeze_time(self._at(9, 20)):
            visit.action_no_show()
        self.book(self.laser, self._at(15)).action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self._refresh()
        self.assert_minutes(self.device, blocked=90, no_show=60)
        self.assert_minutes(self.doctor, no_show=60)

    def test_leaves_are_no_working_time(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": self.doctor.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": self._at(8),
                "date_to": self._at(14),
            }
        )
        self._refresh()
        self.assert_minutes(self.doctor, open=360)

    def test_days_are_those_of_the_branch(self):
        self.calendar.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        self.book(start=self._at(23, 45), practitioner=self.doctor)
        self._refresh(0, 1)
        self.assertEqual(self._fact(self.doctor).minutes_reserved, 15)
        self.assertEqual(self._fact(self.doctor, 1).minutes_reserved, 15)
        self.assertEqual(self._fact(self.doctor).minutes_open, 24 * 60)

    def test_the_day_on_which_clocks_change_has_its_own_length(self):
        self.calendar.write({"tz": "Europe/Amsterdam"})
        self.calendar.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        (self.rooms.resource_id | self.doctor.resource_id).tz = "Europe/Amsterdam"
        for day, hours in (("2027-03-28", 23), ("2027-10-31", 25), ("2027-06-01", 24)):
            day = fields.Date.to_date(day)
            self.facts._refresh(day, day, self.branch)
            fact = self.facts.search([("resource_id", "=", self.rooms[0].resource_id.id), ("day", "=", day)])
            self.assertEqual(fact.minutes_open, hours * 60)

    def test_counting_again_corrects_and_makes_no_second_row(self):
        visit = self.book(self.laser)
        self._refresh()
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self._refresh()
        self.assert_minutes(self.doctor)
        self.assertEqual(len(self._fact(self.doctor)), 1)

    def test_archived_resources_keep_their_past_and_lose_their_future(self):
        self._refresh(-20, 5)
        self.rooms[1].active = False
        self._refresh(-20, 5)
        self.assertTrue(self._fact(self.rooms[1], -20))
        self.assertFalse(self._fact(self.rooms[1], 5))

    def test_groups_divide_sums(self):
        self.book(self.laser)
        self._refresh(0, 1)
        self._fact(self.doctor, 1).sudo().minutes_open = 80
        domain = [("resource_id", "=", self.doctor.resource_id.id)]
        [(ratio, treated)] = self.facts._read_group(domain, [], ["utilisation:avg", "treated_share:avg"])
        self.assertAlmostEqual(ratio, 60 / 800)
        self.assertAlmostEqual(treated, 45 / 800)

    def test_the_number_of_queries_does_not_grow(self):
        def queries(last):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._refresh(0, last)
            return self.env.cr.sql_log_count - before

        self._refresh()
        few = queries(0)
        place = {"company_id": self.branch.id, "resource_calendar_id": self.calendar.id, "kind_id": self.room_kind.id}
        self.env["clinic.room"].create([{"name": f"Room {number}", **place} for number in range(10, 30)])
        for number in range(8):
            self._create_practitioner(f"Colleague {number}")
        for hour in range(9, 18):
            self.book(start=self._at(hour))
        self.env.flush_all()
        self.assertLessEqual(queries(21), few)

    def test_the_nightly_job_counts_last_week_and_the_next_two(self):
        self.book()
        with self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_refresh_utilisation").method_direct_trigger()
        days = self.facts.search([("resource_id", "=", self.doctor.resource_id.id)]).mapped("day")
        today = fields.Date.today()
        self.assertEqual((min(days), max(days)), (today - timedelta(days=7), today + timedelta(days=14)))

    def test_days_in_the_wrong_order_or_too_many_are_refused(self):
        for first, last in ((1, 0), (0, 400)):
            with self.subTest(last=last), self.assertRaisesRegex(UserError, "not a time that can be counted"):
                self._refresh(first, last)

    def test_managers_read_and_nobody_writes(self):
        self._refresh()
        fact = self._fact(self.doctor)
        self.assertEqual(fact.with_user(self.users["manager"]).minutes_open, 720)
        with self.assertRaises(AccessError):
            fact.with_user(self.users["manager"]).minutes_open = 1
        for role in ("reception", "practitioner", "accountant", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                fact.with_user(self.users[role]).read(["minutes_open"])

    def test_another_branch_is_out_of_sight(self):
        self._refresh()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self.users["manager"]
        manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        facts = self.facts.with_user(manager).with_context(allowed_company_ids=other.ids)
        self.assertFalse(facts.search([("resource_id", "=", self.doctor.resource_id.id)]))
