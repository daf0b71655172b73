from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_followup.tests.common import FollowupMixin
from odoo.addons.clinic_package.tests.common import PackageCommon


@tagged("post_install", "-at_install")
class TestStalled(FollowupMixin, PackageCommon):
    """Three weeks overdue for session 4 of 6: on the list, called, booked; cancelled, on the list again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_followup()
        cls.late = cls._rule("session_late", sequence=20)
        cls.stalled = cls._rule("course_stalled", sequence=10)
        cls.course = cls._sell()
        cls._pay(cls.course.invoice_line_id.move_id)
        for days in (0, 14, 28):
            cls._perform(days=days)
        cls.best = fields.Date.add(cls.course.last_on, days=14)

    def _on(self, late):
        """Return the moment, at eleven in the branch, ``late`` days after the recommended day of session 4."""
        return fields.Datetime.add(self._at(11, days=0), days=(self.best - self.branch._clinic_today()).days + late)

    def test_session_4_of_6_three_weeks_late(self):
        moments = {late: self._on(late) for late in (5, 10, 23)}
        with freeze_time(moments[5]):
            self._look()
            self.assertEqual(self._of(), {})
        with freeze_time(moments[10]):
            self._look()
            self.assertEqual((self.course.standing, self._of()), ("late", {"session_late": "open"}))
        with freeze_time(moments[23]):
            self.env.invalidate_all()
            self._look()
            self.assertEqual(self.course.standing, "stalled")
            self.assertEqual(self._of(), {"session_late": "settled", "course_stalled": "open"})
            due = self._list()
            [row] = due.load()["rows"]
            self.assertEqual((row["name"], row["days_late"]), ("Ayesha Test", 23))
            call = due.open_call(self.patient.id)
            self.assertEqual(call["treatment"]["name"], "Facial")
            time = call["times"][0]
            booked = due.book(self.patient.id, self.facial.id, time["start"], time["practitioner_id"])
            self.assertEqual(self._of(), {"session_late": "settled", "course_stalled": "booked"})
            self.assertEqual(due.load()["rows"], [])
            self.env.invalidate_all()
            self.assertEqual(self.course.standing, "booked")
            self._look()
            self.assertEqual(self._of()["course_stalled"], "booked")
            visit = self.env["clinic.visit"].browse(booked["visit_id"])
            visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
            self.assertEqual(self._of(), {"session_late": "settled", "course_stalled": "open"})
            self.assertEqual([row["name"] for row in due.load()["rows"]], ["Ayesha Test"])
