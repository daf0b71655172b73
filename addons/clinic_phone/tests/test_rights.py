from odoo import fields
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import PhoneCommon

EXPECTED = {"clinic.call": {**dict.fromkeys(ROLES, ""), "reception": "r", "manager": "r"}}


@tagged("post_install", "-at_install")
class TestRights(PhoneCommon, HttpCase):
    def call(self, role, method, *args):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": "clinic.call", "method": method, "args": list(args), "kwargs": {}}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/clinic.call/{method}", params)

    def assert_refused(self, pattern, role, method, *args):
        with mute_logger("odoo.http", "odoo.sql_db"), self.assertRaisesRegex(JsonRpcException, pattern):
            self.call(role, method, *args)

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_reception_answers_and_the_others_do_not(self):
        at = fields.Datetime.to_string(self._at(10))
        tried = {
            "look_up": (self.number,),
            "open_patient": (self.patient.id,),
            "book": (self.number, self.patient.id, self.facial.id, at),
            "note": (self.number, "asked", self.patient.id),
            "search_read": ([], ["number"]),
        }
        for role in ("cosmetologist", "practitioner", "warehouse", "accountant"):
            for method, args in tried.items():
                with self.subTest(role=role, method=method):
                    self.assert_refused("AccessError", role, method, *args)
        self.assertEqual(len(self.call("reception", "look_up", self.number)["patients"]), 2)
        self.call("reception", "note", self.number, "asked", self.patient.id)
        [row] = self._all()
        for role in ("reception", "manager"):
            self.assertEqual(self.call(role, "search_read", [], ["number"])[0]["number"], self.number)
            for vals in ({"outcome": "other"}, {"number": "1"}, {"patient_id": False}, {"visit_id": 1}):
                self.assert_refused("AccessError", role, "write", row.ids, vals)
            self.assert_refused("AccessError", role, "create", {"number": "1", "direction": "in", "outcome": "other"})
            self.assert_refused("AccessError|UserError", role, "unlink", row.ids)
        for args in ((5,), ("x", "y", "z"), ({},)):
            self.assert_refused("UserError", "reception", "look_up", *args)
        self.assert_refused("UserError", "reception", "note", self.number, "asked", 10**9)
