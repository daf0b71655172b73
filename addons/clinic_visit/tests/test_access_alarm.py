from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import VisitCommon

MORNING = datetime(2031, 3, 3, 6, 0)


@tagged("post_install", "-at_install")
class TestAccessAlarm(VisitCommon):
    """Somebody who sees many patients in a short time who are not of their day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(cls.env, "test_officer", "clinic.group_privacy_officer")
        cls.alarms = cls.env["clinic.access.alarm"]
        cls.patients = cls.env["clinic.patient"].create([{"name": f"Patient {number}"} for number in range(8)])
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("clinic.access_alarm_patients", "5")
        parameters.set_param("clinic.access_alarm_minutes", "10")

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()

    def _see(self, role, patients, seconds=60):
        """Let ``role`` open one patient after the other; return the alarms that this raises."""
        before = self.alarms.search([])
        with freeze_time(MORNING) as clock:
            self.env.ref("clinic.cron_watch_access").lastcall = MORNING
            for patient in patients:
                clock.tick(timedelta(seconds=seconds))
                patient.with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids).read(["sex"])
            self.alarms._cron_watch()
        return self.alarms.search([]) - before

    def test_who_sees_too_many_is_told_of_and_reviewed_by_somebody_else(self):
        alarm = self._see("reception", self.patients[:6])
        self.assertEqual(
            (alarm.kind, alarm.user_id, alarm.patient_count, alarm.state),
            ("many", self.users["reception"], 6, "open"),
        )
        self.assertEqual(alarm.ended_at - alarm.begun_at, timedelta(minutes=5))
        self.assertIn(self.officer, alarm.activity_ids.user_id)
        self.assertNotIn("Patient", alarm.activity_ids[0].summary.replace("patient", ""))
        self.assertEqual(self._see("reception", self.patients[:7]), self.alarms, "It is open already")
        review = alarm.with_user(self.officer)
        with self.assertRaises(ValidationError):
            review.action_review()
        review.finding = "Called everybody about the closed Friday"
        review.action_review()
        self.assertEqual((alarm.state, alarm.reviewed_by_id), ("reviewed", self.officer))
        self.assertFalse(alarm.activity_ids)
        rows = self.env["clinic.access.log"].search(review.action_open_rows()["domain"])
        self.assertEqual(rows.patient_id & self.patients[:6], self.patients[:6])

    def test_few_patients_or_a_long_time_raise_none(self):
        self.assertFalse(self._see("reception", self.patients[:5]))
        self.assertFalse(self._see("practitioner", self.patients, seconds=150))

    def test_the_patients_of_the_day_do_not_count(self):
        visits = self.env["clinic.visit"].with_company(self.branch)
        with freeze_time(MORNING):
            for hour, patient in enumerate(self.patients[:3], 1):
                visits.book(patient, self.facial, MORNING + timedelta(hours=hour), self.doctor)
        self.assertFalse(self._see("reception", self.patients))
        self.assertFalse(self._see("practitioner", self.patients))
        self.assertEqual(self._see("cosmetologist", self.patients).patient_count, 8)

    def test_nobody_writes_an_alarm(self):
        alarm = self._see("manager", self.patients[:6])
        alarm.with_user(self.officer).finding = "Looked for a lost file"
        manager = alarm.with_user(self.users["manager"])
        for attempt in (
            lambda: manager.write({"state": "reviewed"}),
            lambda: manager.write({"user_id": self.officer.id}),
            lambda: manager.create({"kind": "many"}),
            lambda: alarm.sudo().unlink(),
            manager.action_review,
            lambda: alarm.with_user(self.users["reception"]).read(["user_id"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_the_history_of_a_visit_says_who_moved_it(self):
        visit = self.book(start=self._at(10), practitioner=self.doctor)
        reception = visit.procedure_ids.with_user(self.users["reception"])
        reception.with_context(allowed_company_ids=self.branch.ids).write({"start": self._at(14)})
        self.env.flush_all()
        changes = self.env["clinic.change"].with_user(self.users["manager"]).with_context(lang="en_US")
        moved = changes.search(changes._history_domain(visit)).filtered(
            lambda row: row.model == "clinic.procedure" and row.action == "write"
        )
        self.assertEqual(moved.user_id, self.users["reception"])
        self.assertRegex("".join(moved.mapped("changes")), r"Start: .*10:00.* → .*02:00")
