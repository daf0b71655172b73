from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES, ClinicCommon
from odoo.addons.clinic.tests.test_rights import allowed_operations

EXPECTED = {"clinic.signal.photo": dict.fromkeys(ROLES, "")}


@tagged("post_install", "-at_install")
class TestRights(ClinicCommon):
    def test_nobody_has_a_right_to_what_was_not_sent(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
