from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES, ClinicCommon
from odoo.addons.clinic.tests.test_rights import allowed_operations

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.health.page": {**NOBODY, "manager": "crw"},
    "clinic.health.line": {**NOBODY, "manager": "r"},
}


@tagged("post_install", "-at_install")
class TestRights(ClinicCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
