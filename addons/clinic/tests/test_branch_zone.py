from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Date, Datetime
from odoo.tests import HttpCase, tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestBranchZone(ClinicCommon, HttpCase):
    def test_the_browser_shows_the_branchs_time(self):
        reception = self.users["reception"]
        for zone in ("UTC", "America/Los_Angeles"):
            reception.tz = zone
            self.browser_js(
                "/odoo",
                """
                const { user } = odoo.loader.modules.get("@web/core/user");
                const { evaluateExpr } = odoo.loader.modules.get("@web/core/py_js/py");
                const branch = luxon.DateTime.now().setZone("Asia/Karachi");
                const shown = [
                    luxon.DateTime.now().zoneName,
                    user.context.tz,
                    evaluateExpr("context_today().strftime('%Y-%m-%d')"),
                    evaluateExpr("datetime.datetime.now().strftime('%Y-%m-%d %H')"),
                ];
                const right = [
                    "Asia/Karachi",
                    "Asia/Karachi",
                    branch.toISODate(),
                    branch.toFormat("yyyy-MM-dd HH"),
                ];
                if (JSON.stringify(shown) === JSON.stringify(right)) {
                    console.log("test successful");
                } else {
                    console.error(`the branch's time is shown as ${shown}`);
                }
                """,
                ready="odoo.isReady",
                login="test_reception",
            )

    def test_what_is_asked_over_http_is_asked_in_the_branchs_zone(self):
        reception = self.users["reception"]
        reception.tz = "America/Los_Angeles"
        self.assertEqual(self.env["res.users"].with_user(reception).context_get()["tz"], "Asia/Karachi")
        self.authenticate("test_reception", "test_reception")
        answer = self.make_jsonrpc_request("/web/session/get_session_info", {})
        self.assertEqual(answer["user_context"]["tz"], "Asia/Karachi")
        self.assertEqual(answer["clinic_branch_zones"], {str(self.branch.id): "Asia/Karachi"})

    @freeze_time("2026-03-31 22:00:00")
    def test_today_is_the_branchs_day(self):
        self.assertEqual(self.branch._clinic_today(), Date.to_date("2026-04-01"))
        self.calendar.tz = "America/Los_Angeles"
        self.assertEqual(self.branch._clinic_today(), Date.to_date("2026-03-31"))
        self.calendar.tz = "Asia/Karachi"
        for zone in ("UTC", "America/Los_Angeles", "Asia/Karachi"):
            self.users["reception"].tz = zone
            patient = self.patient.with_user(self.users["reception"])
            patient.birth_date = "2000-04-01"
            self.assertEqual(patient.age, 26, zone)
            # Born tonight, which is still yesterday elsewhere.
            patient.birth_date = "2026-04-01"
            self.assertEqual(patient.age, 0, zone)

    def test_a_new_branch_is_in_the_zone_of_the_company_above_it(self):
        for zone in ("UTC", "America/Los_Angeles"):
            self.env.user.tz = zone
            north = self.env["res.company"].create({"name": f"North {zone}", "parent_id": self.branch.id})
            self.assertEqual(north._clinic_timezone().zone, "Asia/Karachi")
            self.assertEqual(north.resource_calendar_id.tz, "Asia/Karachi")

    def test_dates_in_messages_are_the_readers(self):
        self.env["res.lang"]._activate_lang("de_DE")
        moment = Datetime.to_datetime("2026-11-28 19:30:00")
        for lang, day, text in (
            ("en_US", "11/29/2026", "11/29/2026 12:30\u202fAM"),
            ("de_DE", "29.11.2026", "29.11.2026 00:30"),
        ):
            branch = self.branch.with_user(self.users["reception"]).with_context(lang=lang, tz="UTC")
            self.assertEqual((branch._clinic_day_text(moment), branch._clinic_moment_text(moment)), (day, text))
        with self.assertRaisesRegex(ValidationError, "The birth date 01/31/2099 lies in the future"):
            self.patient.birth_date = "2099-01-31"
