from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import SignalStockCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.lot.alert": {**NOBODY, "practitioner": "rw", "manager": "r"},
    "clinic.lot.alert.dismiss": {**NOBODY, "practitioner": "crw"},
}


@tagged("post_install", "-at_install")
class TestRights(SignalStockCommon, HttpCase):
    def call(self, role, model, method, *args, **kwargs):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_nobody_decides_by_writing_and_managers_read_no_report(self):
        self._report(self.first), self._report(self.second)
        [alert] = self._alerts()
        model = "clinic.lot.alert"
        tried = [
            ("practitioner", "write", (alert.ids, {"state": "dismissed"})),
            ("practitioner", "write", (alert.ids, {"signal_ids": [[5]]})),
            ("practitioner", "create", ({"lot_id": self.lot_late.id},)),
            ("manager", "action_block", (alert.ids,)),
            ("manager", "action_dismiss", (alert.ids,)),
            ("manager", "read", (alert.ids, ["signal_ids"])),
            ("reception", "read", (alert.ids, ["lot_id"])),
            ("warehouse", "read", (alert.ids, ["lot_id"])),
        ]
        for role, method, args in tried:
            with (
                self.subTest(role=role, method=method),
                mute_logger("odoo.http", "odoo.sql_db"),
                self.assertRaisesRegex(JsonRpcException, "AccessError"),
            ):
                self.call(role, model, method, *args)
        self.assertEqual(self.call("manager", model, "read", alert.ids, ["report_count"])[0]["report_count"], 2)
        self.call("practitioner", model, "action_block", alert.ids)
        self.env.invalidate_all()
        self.assertEqual(alert.state, "blocked")
