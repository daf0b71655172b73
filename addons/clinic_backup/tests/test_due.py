from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.clinic_backup_due import HOUR, SINCE


class BackupCommon(TransactionCase):
    """Runs that are written here as the process writes them; no test of this file stores anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.env["clinic.backup"]
        cls.rows.search([]).unlink()
        cls.company = cls.env["res.company"].search([("parent_id", "=", False)], order="id", limit=1)
        cls.company.partner_id.tz = "Asia/Karachi"
        cls.env["ir.config_parameter"].set_param(SINCE, "2026-01-01 00:00:00")

    def _done(self, kind="backup", at="2026-05-04 22:10:00", state="done", **vals):
        at = fields.Datetime.to_datetime(at)
        stored = {"snapshot": "abcd1234"} if kind == "backup" and state == "done" else {}
        row = {"kind": kind, "state": state, "begun_at": at, "ended_at": at + timedelta(minutes=1), **stored, **vals}
        return self.rows.create(row)

    def _kinds(self):
        return [kind for kind, _row in self.rows._due()]


@tagged("post_install", "-at_install")
class TestDue(BackupCommon):
    """When a backup, a drill and an alarm are due."""

    def test_a_night_begins_at_three_in_the_clinics_zone(self):
        zone = self.company._clinic_timezone()
        for now in ("2026-05-04 10:00:00", "2026-05-04 21:59:00", "2026-05-04 22:01:00", "2026-10-25 01:30:00"):
            with self.subTest(now=now), freeze_time(now):
                began = self.rows._night_began()
                local = fields.Datetime.context_timestamp(self.rows.with_context(tz=zone.zone), began)
                self.assertEqual((local.hour, local.minute), (3, 0))
                self.assertLessEqual(began, fields.Datetime.now())
                self.assertGreater(began, fields.Datetime.now() - timedelta(hours=25))

    def test_the_hour_can_be_another_one(self):
        self.env["ir.config_parameter"].set_param(HOUR, "5")
        with freeze_time("2026-05-04 10:00:00"):
            began = self.rows._night_began()
        zone = self.company._clinic_timezone()
        self.assertEqual(fields.Datetime.context_timestamp(self.rows.with_context(tz=zone.zone), began).hour, 5)

    @freeze_time("2026-05-05 06:00:00")
    def test_one_backup_a_night_and_its_drill(self):
        night = self.rows._night_began()
        self.assertEqual(self._kinds(), ["backup"])
        before = self._done(at=night - timedelta(hours=20))
        self.assertEqual(self._kinds(), ["backup"], "that was the night before")
        last = self._done(at=night + timedelta(minutes=5))
        self.assertEqual(self._kinds(), ["drill"])
        self._done("drill", at=last.ended_at + timedelta(minutes=1), state="failed", problems="Something")
        self.assertEqual(self._kinds(), [], "each night once, whatever comes of it")
        self.assertGreater(last.begun_at, before.begun_at)

    @freeze_time("2026-05-05 06:00:00")
    def test_a_backup_that_failed_is_not_tried_all_day(self):
        self._done(at=self.rows._night_began() + timedelta(minutes=5), state="failed")
        self.assertEqual(self._kinds(), [])

    @freeze_time("2026-05-05 06:00:00")
    def test_a_new_clinic_waits_for_its_first_night(self):
        self.env["ir.config_parameter"].set_param(SINCE, "2026-05-05 05:00:00")
        self.assertEqual(self._kinds(), [])
        self.assertFalse(self.rows._is_overdue())

    @freeze_time("2026-05-05 06:00:00")
    def test_after_26_hours_the_managers_are_notified(self):
        manager = new_test_user(self.env, "watch_manager", "clinic.group_manager")
        last = self._done(at="2026-05-04 04:30:00")
        self.rows._cron_watch()
        self.assertFalse(self._alarms())
        last._clinic_writing().ended_at = fields.Datetime.now() - timedelta(hours=27)
        self.rows._cron_watch()
        alarm = self._alarms()
        self.assertIn("26 hours", alarm.details)
        self.assertIn(manager, alarm.activity_ids.user_id)
        self.rows._cron_watch()
        self.assertEqual(len(self._alarms()), 1, "once")

    def test_keys_of_which_nobody_has_a_copy(self):
        self._done(at=fields.Datetime.now())
        key = self.env["clinic.backup.key"].create({"name": "Key of the test", "fingerprint": "1" * 16})
        self.env.cr.execute("UPDATE clinic_backup_key SET create_date = create_date - interval '8 days'")
        key.invalidate_recordset()
        self.rows._cron_watch()
        self.assertIn("copy of the keys", self._alarms().details)
        manager = new_test_user(self.env, "key_manager", "clinic.group_manager")
        key.with_user(manager).action_confirm()
        self.assertTrue(key.is_confirmed)
        self.assertEqual(key.confirmed_by_id, manager)
        key.fingerprint = "2" * 16
        self.assertFalse(key.is_confirmed, "another key than the one that was copied")

    def _alarms(self):
        return self.env["clinic.access.alarm"].search([("kind", "=", "backup"), ("state", "=", "open")])

    def test_a_run_that_was_killed_has_failed(self):
        row = self._done(at=fields.Datetime.now() - timedelta(minutes=5), state="running", ended_at=False)
        self.rows._end_dead()
        self.assertEqual(row.state, "failed")
        self.assertTrue(row.problems)
        self.assertIn(row.problems, self._alarms().details)

    # -- asking for one -----------------------------------------------------------------------------------------------

    def test_asked_for_once(self):
        manager = new_test_user(self.env, "asking_manager", "clinic.group_manager")
        rows = self.rows.with_user(manager)
        self.assertTrue(rows._request())
        self.assertTrue(rows._request())
        [row] = self.rows.search([("state", "=", "asked")])
        self.assertEqual((row.kind, row.asked_by_id), ("backup", manager))
        self.assertIn(("backup", row), self.rows._due())

    @freeze_time("2026-05-05 06:00:00")
    def test_the_page_says_how_it_stands(self):
        page = self.env["clinic.backup.overview"].create({})
        self.assertEqual(page.state, "late")
        for make, state in (
            (lambda: self._done(at="2026-05-05 05:00:00"), "untried"),
            (lambda: self._done("drill", at="2026-05-05 05:10:00", state="failed"), "bad"),
            (lambda: self._done("drill", at="2026-05-05 05:20:00"), "good"),
        ):
            make()
            page.invalidate_recordset()
            self.assertEqual(page.state, state)
