from datetime import timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon, ClinicMixin


class AccessLogMixin(ClinicMixin):
    def setUp(self):
        super().setUp()
        self.logs = self.env["clinic.access.log"]
        self.last = self.logs.search([], limit=1).sequence

    def _rows(self):
        """Return (login, patient, model, action, reason) of the rows that this test has added."""
        self.env.invalidate_all()
        rows = self.logs.search([("sequence", ">", self.last)], order="sequence")
        return [(row.user_id.login, row.patient_id, row.model, row.action, row.reason) for row in rows]

    def _as(self, role, records=None):
        records = self.patient if records is None else records
        return records.with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids)

    def _try(self, attempt, error=UserError):
        """Let ``attempt`` be refused; not in a savepoint, which would take the log's row back."""
        try:
            attempt()
        except error:
            self.env.invalidate_all()
        else:
            self.fail("It was not refused")


@tagged("post_install", "-at_install")
class TestAccessLog(AccessLogMixin, ClinicCommon):
    def setUp(self):
        super().setUp()
        # The log writes with a cursor of its own, which sees this test's data only so.
        self.registry_enter_test_mode()

    def test_opening_a_patient_is_logged_once_in_a_while(self):
        opened = ("test_reception", self.patient, "clinic.patient", "open", False)
        patient = self._as("reception")
        with freeze_time("2026-03-02 18:57:00") as clock:
            patient.web_read({"name": {}, "birth_date": {}})
            clock.tick(timedelta(minutes=2))
            patient.web_read({"name": {}, "birth_date": {}})
            self.assertEqual(self._rows(), [opened])
            clock.tick(timedelta(minutes=4))
            patient.web_read({"name": {}, "birth_date": {}})
            self.assertEqual(self._rows(), [opened] * 2)

    def test_every_day_has_openings_of_its_own(self):
        patient = self._as("reception")
        with freeze_time("2026-03-02 23:59:00") as clock:
            patient.read(["birth_date"])
            clock.tick(timedelta(minutes=2))
            patient.read(["birth_date"])
        self.assertEqual(len(self._rows()), 2)

    def test_a_list_is_no_opening(self):
        self._as("reception").web_search_read([("id", "=", self.patient.id)], {"name": {}, "sex": {}})
        self._as("reception").web_read({"display_name": {}})
        self.assertEqual(self._rows(), [])

    def test_no_caller_s_context_keeps_an_opening_out_of_the_log(self):
        self._as("reception").with_context(clinic_not_opened=True).web_read({"birth_date": {}})
        self.assertEqual([row[3] for row in self._rows()], ["open"])

    def test_a_denied_try_is_logged(self):
        patient = self._as("warehouse")
        for attempt in (
            lambda: patient.read(["birth_date"]),
            lambda: patient.birth_date,
            lambda: patient.write({"name": "X"}),
            lambda: patient.search([]),
            lambda: patient.export_data(["name"]),
        ):
            self._try(attempt)
        whole = ("test_warehouse", self.patient, "clinic.patient", "denied")
        none = ("test_warehouse", self.env["clinic.patient"], "clinic.patient", "denied")
        self.assertEqual(
            self._rows(),
            [(*whole, "read"), (*whole, "read"), (*whole, "write"), (*none, "read"), (*whole, "export")],
        )

    def test_a_denied_field_is_logged(self):
        self._try(lambda: self._as("reception").read(["break_glass_ids"]), AccessError)
        denied = ("test_reception", self.patient, "clinic.patient", "denied", "read break_glass_ids")
        self.assertEqual(self._rows(), [denied])

    def test_asking_what_is_allowed_is_no_try(self):
        self.assertFalse(self._as("warehouse").has_access("read"))
        self.assertFalse(self._as("warehouse")._filtered_access("read"))
        self.assertEqual(self._rows(), [])

    def test_an_export_is_logged_for_each_patient(self):
        other = self.env["clinic.patient"].create({"name": "Other"})
        (self.patient | other).export_data(["name"])
        exported = ("clinic.patient", "export", False)
        self.assertEqual([(row[1], *row[2:]) for row in self._rows()], [(p, *exported) for p in self.patient | other])

    def test_printing_is_logged_once(self):
        arch = '<t t-name="clinic.test_print"><p t-foreach="docs" t-as="doc" t-out="doc.number" /></t>'
        view = self.env["ir.ui.view"].create(
            {"name": "Print", "type": "qweb", "key": "clinic.test_print", "arch": arch}
        )
        report = self.env["ir.actions.report"].create(
            {"name": "Print", "model": "clinic.patient", "report_type": "qweb-pdf", "report_name": view.key}
        )
        report._render_qweb_pdf(report.id, self.patient.ids)
        report._render_qweb_html(report.id, self.patient.ids)
        # A printing's context can be handed over from outside.
        report.with_context(clinic_print_logged=True)._render_qweb_html(report.id, self.patient.ids)
        self.assertEqual([row[1:4] for row in self._rows()], [(self.patient, "clinic.patient", "print")] * 3)

    def test_only_the_privacy_officer_reads_the_log(self):
        officer = new_test_user(self.env, "test_officer", "clinic.group_privacy_officer")
        self.logs._log(self.patient, "open")
        found = self.logs.with_user(officer).web_search_read(
            [("sequence", ">", self.last)], {"patient_id": {"fields": {"display_name": {}}}}
        )
        self.assertEqual(found["records"][0]["patient_id"]["display_name"], self.patient.display_name)
        self.assertTrue(self.logs.with_user(officer).formatted_read_group([], ["at:day"], ["__count"]))
        for role, user in self.users.items():
            self.assertFalse(self.logs.with_user(user).has_access("read"), role)

    def test_not_even_an_administrator_adds_changes_or_deletes_through_the_orm(self):
        self.logs._log(self.patient, "open")
        for attempt in (
            lambda: self.logs.create({"action": "open"}),
            lambda: self.logs.search([], limit=1).write({"reason": "X"}),
            lambda: self.logs.search([], limit=1).unlink(),
            lambda: self.logs.search([], limit=1).copy(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_who_stands_in_the_log_is_not_deleted(self):
        self.logs.with_user(self.users["reception"])._log(self.patient, "export")
        for record in (self.patient, self.users["reception"]):
            with self.assertRaisesRegex(UserError, "stands in the access log"):
                record.unlink()
        self.env["clinic.patient"].create({"name": "Nobody"}).unlink()

    def test_the_database_refuses_to_change_to_delete_and_to_empty_the_log(self):
        self.assertTrue(self.logs._is_append_only())
        self.logs._log(self.patient, "open")
        # By a trigger, or already because the log belongs to another role.
        refused = (psycopg2.errors.RaiseException, psycopg2.errors.InsufficientPrivilege)
        for statement in (
            "UPDATE clinic_log.clinic_access_log SET reason = 'X'",
            "DELETE FROM clinic_log.clinic_access_log",
            "DELETE FROM clinic_log.clinic_access_log WHERE id = 0",
            "TRUNCATE clinic_log.clinic_access_log",
            "UPDATE clinic_log.clinic_access_log_head SET sequence = 0",
            "DELETE FROM clinic_log.clinic_access_log_head",
            "SELECT clinic_log.append_access('[]')",
            """SELECT clinic_log.append_access('[{"sequence": 1, "at": "2026-01-31", "user_id": 1, "model": "x",
               "action": "open", "hash": "x"}]')""",
        ):
            with (
                self.subTest(statement=statement),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(refused, "append-only|permission denied"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_a_log_that_nobody_touched_is_whole(self):
        for reason in "abcde":
            self.logs._log(self.patient, "export", reason=reason)
        result = self.logs.verify()
        self.assertTrue(result["ok"], result)
        self.assertEqual(result["rows"], self.last + 5)
        self.assertIn("whole", self._as("manager", self.logs).action_verify()["params"]["message"])
        for role in ("reception", "practitioner", "accountant"):
            with self.assertRaises(AccessError):
                self._as(role, self.logs).verify()

    def test_what_does_not_protect_the_log_is_an_alarm(self):
        flaws = ["The logs belong to the application's own role"]
        with patch.object(type(self.logs), "_protection_flaws", lambda logs: flaws):
            self.logs._cron_verify()
            self.logs._cron_verify()
        alarm = self.env["clinic.access.alarm"].search([("kind", "=", "unprotected")])
        self.assertEqual(len(alarm), 1, "It is raised once, until it was reviewed")
        self.assertEqual(alarm.details, flaws[0])


@tagged("post_install", "-at_install")
class TestAccessLogOverRpc(AccessLogMixin, ClinicCommon, HttpCase):
    def _call(self, role, method, args, kwargs=None, model="clinic.patient"):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs or {}}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_a_browser_that_opens_a_patient_leaves_a_row_with_its_address(self):
        self._call("practitioner", "web_read", [self.patient.ids], {"specification": {"name": {}, "sex": {}}})
        self.assertEqual([row[0::3] for row in self._rows()], [("test_practitioner", "open")])
        self.assertTrue(self.logs.search([], limit=1).ip)

    def test_a_new_patient_opens_when_it_is_saved(self):
        [values] = self._call(
            "reception", "web_save", [[], {"name": "New", "sex": "other"}], {"specification": {"name": {}, "sex": {}}}
        )
        self.assertEqual([row[1].id for row in self._rows()], [values["id"]])

    @mute_logger("odoo.http")
    def test_nobody_writes_or_verifies_over_rpc_beyond_their_right(self):
        self.logs._log(self.patient, "export")
        row = self.logs.search([], limit=1)
        new_test_user(self.env, "test_admin", "base.group_system,clinic.group_manager,clinic.group_privacy_officer")
        for role in (*self.users, "admin"):
            for method, args in (("write", [row.ids, {"reason": "X"}]), ("unlink", [row.ids]), ("create", [{}])):
                with self.subTest(role=role, method=method), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                    self._call(role, method, args, model="clinic.access.log")
        self.assertTrue(self._call("manager", "verify", [], model="clinic.access.log")["ok"])
        with self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self._call("practitioner", "verify", [], model="clinic.access.log")
