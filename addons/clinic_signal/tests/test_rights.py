from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import SignalCommon

NOBODY = dict.fromkeys(ROLES, "")
CARE = {**NOBODY, "cosmetologist": "rw", "practitioner": "rw"}
EXPECTED = {
    "clinic.signal": CARE,
    "clinic.signal.close": {**NOBODY, "cosmetologist": "crw", "practitioner": "crw"},
    "clinic.signal.link": NOBODY,
    "clinic.signal.symptom": {
        **NOBODY,
        "reception": "r",
        "cosmetologist": "r",
        "practitioner": "r",
        "manager": "crwd",
    },
}
OUTSIDERS = ("reception", "warehouse", "accountant", "manager")


@tagged("post_install", "-at_install")
class TestRights(SignalCommon, HttpCase):
    def call(self, role, model, method, *args, **kwargs):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def assert_refused(self, pattern, role, model, method, *args):
        with mute_logger("odoo.http", "odoo.sql_db"), self.assertRaisesRegex(JsonRpcException, pattern):
            self.call(role, model, method, *args)

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_only_who_treats_reads_a_report_and_nobody_changes_it(self):
        report = self._report(self._treated(), words="Zq7Secret")
        model = "clinic.signal"
        for role in OUTSIDERS:
            with self.subTest(role=role):
                self.assert_refused("AccessError", role, model, "read", report.ids, ["words"])
                self.assert_refused("AccessError", role, model, "search_read", [], ["display_name"])
                self.assert_refused("AccessError", role, model, "action_close", report.ids)
                self.assert_refused("AccessError", role, model, "action_reaction", report.ids)
        for role in ("reception", "manager"):
            self.assert_refused("AccessError", role, "clinic.patient", "read", self.patient.ids, ["signal_ids"])
        [read] = self.call("practitioner", model, "read", report.ids, ["words"])
        self.assertEqual(read["words"], "Zq7Secret")
        for vals in (
            {"words": "x"},
            {"since_on": "2020-01-01"},
            {"state": "closed"},
            {"outcome": "nothing"},
            {"patient_id": self.env["clinic.patient"].create({"name": "Other"}).id},
            {"procedure_ids": [[6, 0, []]]},
            {"symptom_ids": [[5]]},
            {"is_urgent": True},
        ):
            with self.subTest(vals=vals):
                self.assert_refused("AccessError", "practitioner", model, "write", report.ids, vals)
        self.assert_refused("AccessError", "practitioner", model, "create", {"patient_id": self.patient.id})
        self.assert_refused("AccessError|UserError", "practitioner", model, "unlink", report.ids)
        self.assert_refused("AccessError", "manager", "clinic.signal.link", "search_read", [], ["token_hash"])

    def test_a_reception_that_reads_messages_finds_no_link(self):
        visit = self._treated().visit_id
        self.patient.with_user(self.users["reception"]).action_send_report_link()
        self._deliver()
        [message] = self._of(visit).filtered(lambda m: m.kind_id == self.env.ref("clinic_signal.kind_report"))
        [read] = self.call("reception", "clinic.message", "read", message.ids)
        token = message._filled()[1].split("/clinic/report/")[1][:32]
        self.assertNotIn(token, str(read))

    def test_another_branch_s_practitioner_sees_nothing(self):
        report = self._report(self._treated())
        other = self.env["res.company"].create({"name": "Far Branch", "country_id": self.env.ref("base.pk").id})
        doctor = self.users["practitioner"]
        stranger = doctor.copy({"login": "test_far", "company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        reports = self.env["clinic.signal"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(reports.search([("id", "=", report.id)]))
