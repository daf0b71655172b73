from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ROLES, ClinicCommon
from odoo.addons.clinic.tests.test_rights import allowed_operations

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.backup": {**NOBODY, "manager": "r"},
    "clinic.backup.key": {**NOBODY, "manager": "r"},
    "clinic.backup.overview": {**NOBODY, "manager": "crw"},
}


@tagged("post_install", "-at_install")
class TestRights(ClinicCommon, HttpCase):
    """Who may see, ask and confirm, over RPC."""

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def _call(self, user, model, method, args, **kwargs):
        self.authenticate(user.login, user.login)
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.url_open(f"/web/dataset/call_kw/{model}/{method}", json={"params": params, "id": 1})
        return answer.json()

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_managers_alone(self):
        row = self.env["clinic.backup"].create({"kind": "backup", "state": "done", "snapshot": "abcd1234"})
        key = self.env["clinic.backup.key"].create({"name": "Key of the test", "fingerprint": "1" * 16})
        for role in ROLES:
            user = self.users[role]
            may = role == "manager"
            with self.subTest(role=role):
                for model, record in (("clinic.backup", row), ("clinic.backup.key", key)):
                    answer = self._call(user, model, "read", [record.ids, ["display_name"]])
                    self.assertEqual("result" in answer, may, answer)
                    for method, args in (
                        ("write", [record.ids, {"problems" if model == "clinic.backup" else "name": "forged"}]),
                        ("create", [[{"kind": "backup", "state": "done"}]]),
                        ("unlink", [record.ids]),
                    ):
                        self.assertIn("error", self._call(user, model, method, args), (model, method))
                self.assertEqual("result" in self._call(user, "clinic.backup.overview", "action_back_up", [[]]), may)
                self.assertEqual("result" in self._call(user, "clinic.backup.key", "action_confirm", [key.ids]), may)
                opened = self._call(user, "clinic.backup.overview", "action_open", [])
                self.assertEqual("result" in opened, may, opened)
        self.env.invalidate_all()
        self.assertEqual((row.problems, key.name), (False, "Key of the test"))

    def test_refused_in_words(self):
        user = self.users["reception"]
        with self.assertRaisesRegex(AccessError, "managers"):
            self.env["clinic.backup"].with_user(user)._request()
