from odoo import Command, fields
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import FollowupCommon

NOBODY = dict.fromkeys(ROLES, "")
STAFF = {"cosmetologist": "r", "practitioner": "r"}
EXPECTED = {
    "clinic.recall": {**NOBODY, **STAFF, "reception": "rw", "manager": "rw"},
    "clinic.recall.rule": {**NOBODY, **STAFF, "reception": "r", "manager": "crwd"},
}


@tagged("post_install", "-at_install")
class TestRights(FollowupCommon, HttpCase):
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

    def test_reception_calls_and_the_others_do_not(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        rule._look()
        [recall] = self.recalls.search([("patient_id", "=", self.patient.id)])
        due = "clinic.due.list"
        later = fields.Date.to_string(fields.Date.add(self.branch._clinic_today(), days=5))
        tried = {
            "open_call": (self.patient.id,),
            "close_call": (self.patient.id,),
            "note": (self.patient.id, "reached"),
            "snooze": (self.patient.id, later),
            "decline": (recall.id,),
            "book": (self.patient.id, self.facial.id, fields.Datetime.to_string(self._at(10))),
            "load": (),
        }
        for role in ("cosmetologist", "practitioner", "warehouse", "accountant"):
            for method, args in tried.items():
                with self.subTest(role=role, method=method):
                    self.assert_refused("AccessError", role, due, method, *args)
            self.assertEqual(self.call(role, due, "count_due"), 0)
        self.assertEqual(self.call("reception", due, "load")["count"], 1)
        self.assertEqual(self.call("manager", due, "load")["count"], 1)
        # What behind it is of the record is read by nobody.
        self.assert_refused("AccessError", "reception", "clinic.recall", "read", recall.ids, ["origin"])
        for vals in ({"state": "booked"}, {"next_on": "2030-01-01"}, {"caller_id": self.users["reception"].id}):
            self.assert_refused("AccessError", "reception", "clinic.recall", "write", recall.ids, vals)
        self.assert_refused("UserError", "reception", due, "note", self.patient.id, "reached", "2010-01-01")
        self.assert_refused("UserError", "reception", due, "note", self.patient.id, "sold")
        self.assert_refused("UserError", "reception", due, "open_call", "x")
        self.assert_refused("UserError", "reception", due, "decline", 0)
        self.assertEqual(recall.state, "open")
