from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestAccessLog(ClinicCommon):
    def setUp(self):
        super().setUp()
        # The log writes with a cursor of its own, which sees this test's data only so.
        self.registry_enter_test_mode()
        self.logs = self.env["clinic.access.log"]
        self.last = self.logs.search([], limit=1).sequence

    def _rows(self):
        """Return (login, patient, model, action, reason) of the rows that this test has added."""
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

    def test_opening_a_patient_is_logged_once_in_a_while(self):
        patient = self._as("reception")
        for _time in range(2):
            patient.web_read({"name": {}, "birth_date": {}})
        self.assertEqual(self._rows(), [("test_reception", self.patient, "clinic.patient", "open", False)])

    def test_a_list_is_no_opening(self):
        self._as("reception").web_search_read([("id", "=", self.patient.id)], {"name": {}, "sex": {}})
        self._as("reception").web_read({"display_name": {}})
        self.assertEqual(self._rows(), [])

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

    def test_asking_what_is_allowed_is_no_try(self):
        self.assertFalse(self._as("warehouse").has_access("read"))
        self.assertFalse(self._as("warehouse")._filtered_access("read"))
        self.assertEqual(self._rows(), [])

    def test_not_even_an_administrator_adds_changes_or_deletes_through_the_orm(self):
        self.logs._log(self.patient, "open")
        for attempt in (
            lambda: self.logs.create({"action": "open"}),
            lambda: self.logs.search([], limit=1).write({"reason": "X"}),
            lambda: self.logs.search([], limit=1).unlink(),
        ):
            with self.assertRaises(AccessError):
                attempt()
