from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES

from .common import HomeMixin, VisitCommon


@tagged("post_install", "-at_install")
class TestHome(HomeMixin, VisitCommon):
    """The manager's home: today's visits and load, and what needs attention."""

    def _rows(self, key, **kwargs):
        return {row["name"]: row for row in self._tile(key, **kwargs)["rows"]}

    def test_it_is_for_managers(self):
        for role in ROLES:
            if role == "manager":
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["clinic.home"].with_user(self.users[role]).load()
            menus = self.env["ir.ui.menu"].with_user(self.users[role])._visible_menu_ids()
            self.assertNotIn(self.env.ref("clinic_visit.menu_home").id, menus)

    def test_it_is_the_first_page_of_a_manager(self):
        menus = self.env["ir.ui.menu"].with_user(self.users["manager"]).load_web_menus(False)
        app = menus[self.env.ref("clinic.menu_root").id]
        self.assertEqual((app["actionPath"], app["actionModel"]), ("overview", "ir.actions.client"))

    def test_todays_visits_by_state(self):
        self.assertEqual(self._tile("visits")["rows"], [])
        with freeze_time(self._at(6)):
            here, missed, _due = (self.book(start=self._at(hour, days=0)) for hour in (10, 11, 12))
            self.book(start=self._at(13, days=0)).action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        with freeze_time(self._at(11, 30)):
            here.action_arrive()
            missed.action_no_show()
            rows = self._rows("visits")
        self.assertEqual(
            {name: row["value"] for name, row in rows.items()},
            {"Due": "1", "Waiting": "1", "In treatment": "0", "Done": "0", "No-show": "1"},
        )
        self.assertEqual(self._opened(rows["Waiting"]["opens"]), here)
        self.assertEqual(self._opened(rows["No-show"]["opens"]), missed)

    def test_the_day_is_the_branchs(self):
        # 23:30 and 00:30 in Karachi, one day in Greenwich.
        self.calendar.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        self.users["manager"].tz = "UTC"
        late, early = self._at(23, 30, days=7), self._at(0, 30, days=8)
        first, second = self.book(start=late), self.book(start=early)
        for moment, visit in ((late, first), (early, second)):
            with freeze_time(moment):
                self.assertEqual(self._opened(self._rows("visits")["Due"]["opens"]), visit)

    def test_the_load_is_what_is_booked_of_the_hours_at_work(self):
        with freeze_time(self._at(7)):
            visit = self.book(self.laser, start=self._at(10, days=0))
            rows = self._rows("load_practitioner")
            rooms = self._rows("load_room")
            devices = self._rows("load_device")
            self.assertEqual(self._opened(rows["Dr Sana"]["opens"]), visit.procedure_ids)
        # 45 minutes and buffers of 15, of the hours from 08:00 to 20:00.
        doctor = rows["Dr Sana"]
        self.assertEqual((doctor["value"], doctor["percent"]), ("8 %", 8))
        self.assertEqual(doctor["detail"], "1:00 of 12:00 h booked")
        self.assertEqual(rows["Hina"]["detail"], "0:00 of 12:00 h booked")
        self.assertEqual(rooms[visit.procedure_ids.room_id.name]["percent"], 8)
        self.assertEqual(devices["Laser"]["percent"], 8)

    def test_the_load_is_live_and_stores_nothing(self):
        with freeze_time(self._at(7)):
            self.book(self.laser, start=self._at(10, days=0))
            self._load_home()
        self.assertFalse(self.env["clinic.utilisation"].search([("company_id", "=", self.branch.id)]))

    def test_visits_of_past_days_that_are_still_open(self):
        visit = self.book(start=self._at(10))
        with freeze_time(self._at(20)):
            self.assertEqual(self._alert("late")[0], 0)
        with freeze_time(self._at(8, days=8)):
            self.assertEqual(self._alert("late"), (1, visit))
            visit.action_no_show()
            self.assertEqual(self._alert("late")[0], 0)

    def test_visits_that_a_leave_came_in_the_way_of(self):
        visit = self.book(self.laser, self._at(10), self.doctor)
        self.assertEqual(self._alert("to_move")[0], 0)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self.doctor.resource_id.id,
                "date_from": self._at(0),
                "date_to": self._at(23, 59),
            }
        )
        self.assertEqual(self._alert("to_move"), (1, visit))

    def test_licences_that_end_soon_until_another_takes_their_place(self):
        today = self.branch._clinic_today()
        kind = self.env["clinic.licence.kind"].create({"name": "Council"})
        vals = {"practitioner_id": self.doctor.id, "kind_id": kind.id}
        old, ending, _later = self.env["clinic.licence"].create(
            [
                {**vals, "number": "1", "date_to": today - timedelta(days=400)},
                {**vals, "number": "2", "date_to": today + timedelta(days=30)},
                {
                    **vals,
                    "number": "3",
                    "practitioner_id": self.cosmetologist.id,
                    "date_to": today + timedelta(days=90),
                },
            ]
        )
        self.assertEqual(self._alert("licences"), (1, ending))
        self.assertEqual((old | ending).mapped("needs_renewal"), [False, True])
        ending.copy({"number": "4", "date_to": today + timedelta(days=400)})
        self.assertEqual(self._alert("licences")[0], 0)

    def test_authorizations_that_end_soon(self):
        today = self.branch._clinic_today()
        self.cosmetologist.authorization_ids.date_to = today + timedelta(days=3)
        count, authorizations = self._alert("authorizations")
        self.assertEqual((count, authorizations), (1, self.cosmetologist.authorization_ids))

    def test_another_branch_counts_where_it_is_chosen(self):
        other = self.env["res.company"].create({"name": "Second Branch", "resource_calendar_id": self.calendar.id})
        self.users["manager"].company_ids |= other
        with freeze_time(self._at(7)):
            self.book(start=self._at(10, days=0))
            self.assertEqual(self._tile("visits", branches=other)["figure"], "0")
            self.assertEqual(self._tile("visits", branches=other | self.branch)["figure"], "1")
            self.assertEqual(self._load_home(other | self.branch)["branches"], "Second Branch, Test Clinic")

    def test_the_number_of_queries_does_not_depend_on_what_there_is(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._load_home()
            return self.env.cr.sql_log_count - before

        with freeze_time(self._at(7)):
            self.book(start=self._at(10, days=0))
            count()
            few = count()
            for hour in range(11, 18):
                self.book(start=self._at(hour, days=0))
                self.book(self.laser, start=self._at(hour, days=0))
            self.env["clinic.room"].create(
                [{**self.rooms[0].copy_data()[0], "name": f"Room {number}"} for number in range(3, 8)]
            )
            count()
            self.assertLessEqual(count(), few)
        self.assertLess(few, 60)
