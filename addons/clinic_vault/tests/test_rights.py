from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES, ClinicCommon
from odoo.addons.clinic.tests.test_rights import allowed_operations

EXPECTED = {"clinic.vault.file": dict.fromkeys(ROLES, "")}


@tagged("post_install", "-at_install")
class TestRights(ClinicCommon):
    def test_no_role_reaches_a_stored_file(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_the_methods_that_store_and_open_are_private(self):
        public = {name for name in vars(type(self.env["clinic.vault.file"]).mro()[1]) if not name.startswith("_")}
        self.assertFalse({name for name in public if "open" in name or "store" in name})
