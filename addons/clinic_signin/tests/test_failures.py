import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PASSWORD, SigninCase

NOT_FOR_PEOPLE = ("Traceback", ".py", "psycopg2", "File ")


@tagged("post_install", "-at_install")
class TestFailures(SigninCase):
    @mute_logger("odoo.http", "odoo.addons.clinic_signin.http_patches")
    def test_a_failure_is_told_by_a_number_without_its_traceback(self):
        self.authenticate("test_employee", PASSWORD)
        error = self.call("res.partner", "search_read", [["no_such_field", "=", 1]], ["name"])["error"]
        self.assertEqual(error["data"]["debug"], "")
        self.assertRegex(error["data"]["message"], r"^Something went wrong\. .* number [0-9A-F]{8}\.$")
        self.assertEqual(error["data"]["name"], "builtins.ValueError", "the client chooses its dialog by the name")
        for word in (*NOT_FOR_PEOPLE, "no_such_field"):
            self.assertNotIn(word, str(error))

    @mute_logger("odoo.http")
    def test_a_refusal_keeps_its_words_and_loses_its_traceback(self):
        self.authenticate("test_employee", PASSWORD)
        error = self.call("res.users", "write", self.employee.ids, {"active": False})["error"]
        self.assertTrue(error["data"]["name"].startswith("odoo.exceptions."))
        self.assertGreater(len(error["data"]["message"].split()), 4)
        self.assertNotIn("Traceback", str(error))

    @mute_logger("odoo.http", "odoo.addons.clinic_signin.http_patches", "odoo.addons.web.controllers.report")
    def test_printing_and_exporting_tell_no_more(self):
        self.employee.group_ids += self.env.ref("base.group_allow_export")
        self.authenticate("test_employee", PASSWORD)
        asked = {"model": "res.partner", "fields": [], "ids": False, "import_compat": False}
        export = json.dumps({**asked, "domain": [["no_such_field", "=", 1]]})
        answers = {
            "report": self.url_open("/report/download", data={"data": '["/report/pdf/no.such.report/1", "qweb-pdf"]'}),
            "export": self.url_open("/web/export/csv", data={"data": export, "csrf_token": self.csrf_token()}),
            "page": self.url_open("/report/html/no.such.report/1?debug=1"),
        }
        for kind, answer in answers.items():
            with self.subTest(kind=kind):
                self.assertGreaterEqual(answer.status_code, 400 if kind != "report" else 200)
                for word in NOT_FOR_PEOPLE:
                    self.assertNotIn(word, answer.text)

    @mute_logger("odoo.http", "odoo.addons.clinic_signin.http_patches")
    def test_an_administrator_in_developer_mode_reads_it(self):
        self.employee.group_ids += self.env.ref("base.group_system")
        for debug, told in (("", False), ("1", True)):
            self.authenticate("test_employee", PASSWORD, session_extra={"debug": debug})
            error = self.call("res.partner", "search_read", [["no_such_field", "=", 1]], ["name"])["error"]
            self.assertEqual("Traceback" in error["data"]["debug"], told)
