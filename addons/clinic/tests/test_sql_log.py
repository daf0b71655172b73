import doctest

import psycopg2

from odoo.tests import tagged

from .. import sql_log
from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestSqlLog(ClinicCommon):
    def _logged(self, query, *values):
        with (
            self.assertLogs("odoo.sql_db", "ERROR") as logs,
            self.assertRaises(psycopg2.Error),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, values)
        return logs.output[0]

    def test_a_refused_statement_is_logged_without_its_values(self):
        logged = self._logged("INSERT INTO clinic_patient (phone_key) VALUES (%s)", "MARKER")
        self.assertIn("INSERT INTO clinic_patient …", logged)
        self.assertIn("NotNullViolation 23502", logged)
        self.assertNotIn("MARKER", logged)

    def test_the_examples_in_the_module_hold(self):
        self.assertEqual(doctest.testmod(sql_log).failed, 0)

    def test_other_statements_are_logged_as_ever(self):
        self.assertIn("MARKER", self._logged("INSERT INTO res_partner (id, name) VALUES (%s, %s)", 1, "MARKER"))
