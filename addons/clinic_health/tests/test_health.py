from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.common import ClinicCommon
from odoo.addons.clinic_vault import configuration

TOKEN = "a token of the test"
KEYS = {"database", "schedule", "outbox", "backup", "drill", "disk"}


@tagged("post_install", "-at_install")
class TestHealth(ClinicCommon, HttpCase):
    """What monitors and managers see, and what they do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(TemporaryDirectory()))
        cls.token = cls.folder / "token"
        cls.token.write_text(f"{TOKEN}\n")
        said = {"metrics_token": str(cls.token)}
        known = configuration.option

        def option(name, fallback=""):
            return said.get(name) or known(name, fallback)

        cls.said = said
        for place in ("clinic_health.controllers.health", "clinic_health.models.ir_http"):
            cls.enterClassContext(patch(f"odoo.addons.{place}.option", option))
        now = fields.Datetime.now()
        cls.env["ir.cron"].search([("nextcall", "<", now)]).nextcall = now + timedelta(hours=1)
        cls.env["clinic.backup"].search([]).unlink()
        done = {"state": "done", "begun_at": now, "ended_at": now, "snapshot": "0123abcd"}
        cls.backup, cls.drill = cls.env["clinic.backup"].create(
            [{**done, "kind": "backup", "size": 12.0}, {**done, "kind": "drill", "seconds": 30}]
        )

    def _ask(self, path, token=TOKEN):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.env.flush_all()
        return self.url_open(path, headers=headers)

    def test_everybody_learns_that_it_answers_and_nothing_else(self):
        for token in (None, "wrong", ""):
            answer = self._ask("/clinic/health", token)
            self.assertEqual((answer.status_code, answer.json()), (200, {"status": "ok"}))
            self.assertEqual(self._ask("/clinic/metrics", token).status_code, 404)
        self.token.write_text("")
        try:
            self.assertEqual(self._ask("/clinic/metrics", "").status_code, 404, "an empty token opens nothing")
        finally:
            self.token.write_text(TOKEN)

    def test_each_part_is_said_to_who_has_the_token(self):
        answer = self._ask("/clinic/health")
        self.assertEqual((answer.status_code, answer.json()["status"]), (200, "ok"), answer.json())
        self.assertEqual(set(answer.json()["checks"]), KEYS)

    def test_what_fails_is_said(self):
        long_ago = fields.Datetime.now() - timedelta(hours=27)
        self.backup.ended_at = long_ago
        self.assertEqual(self._failing(), {"backup"})
        self.drill.state = "failed"
        self.assertEqual(self._failing(), {"backup", "drill"})
        self.env.ref("clinic_message.cron_send").nextcall = long_ago
        self.assertEqual(self._failing(), {"backup", "drill", "schedule"})

    def _failing(self):
        answer = self._ask("/clinic/health")
        self.assertEqual((answer.status_code, answer.json()["status"]), (503, "failing"))
        return {key for key, part in answer.json()["checks"].items() if part["status"] == "failing"}

    def test_messages_that_do_not_leave(self):
        now = fields.Datetime.now()
        patient = self.env["clinic.patient"].create({"name": "Waiting Patient"})
        self.env["clinic.message"].create(
            {
                "key": "health test",
                "channel": "email",
                "patient_id": patient.id,
                "company_id": self.branch.id,
                "send_at": now - timedelta(hours=1),
            }
        )
        self.assertEqual(self._failing(), {"outbox"})
        self.assertNotIn("Waiting Patient", self._ask("/clinic/health").text + self._ask("/clinic/metrics").text)

    def test_figures_as_prometheus_reads_them(self):
        answer = self._ask("/clinic/metrics")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        figures = {}
        for line in answer.text.splitlines():
            if line.startswith("#"):
                self.assertRegex(line, r"^# TYPE clinic_[a-z_]+ gauge$")
            else:
                name, value = line.split(" ")
                figures[name] = float(value)
        self.assertEqual({f"clinic_{key}_well" for key in KEYS}, {name for name in figures if name.endswith("_well")})
        self.assertEqual(figures["clinic_backup_bytes"], 12e6)
        self.assertGreater(figures["clinic_database_bytes"], 1e6)

    def test_slow_requests_are_logged_by_their_address_alone(self):
        logger = "odoo.addons.clinic_health.slow"
        with self.assertNoLogs(logger):
            self._ask("/clinic/health?secret=1")
        self.said["slow_request"] = "0.000001"
        try:
            with self.assertLogs(logger) as logs:
                self._ask("/clinic/health?secret=1")
        finally:
            del self.said["slow_request"]
        [line] = logs.output
        self.assertIn("GET /clinic/health took", line)
        self.assertNotIn("secret", line)

    def test_the_page_of_managers(self):
        pages = self.env["clinic.health.page"]
        action = pages.with_user(self.users["manager"]).action_open()
        page = pages.with_user(self.users["manager"]).browse(action["res_id"])
        self.assertTrue(page.is_well)
        self.assertEqual(len(page.line_ids), len(KEYS))
        self.drill.state = "failed"
        page = pages.browse(page.action_again()["res_id"])
        self.assertFalse(page.is_well)
        self.assertEqual(page.line_ids.filtered(lambda line: not line.is_well).text, "Failed")
        for role in ("reception", "practitioner", "warehouse", "accountant"):
            with self.assertRaises(AccessError):
                pages.with_user(self.users[role]).action_open()
