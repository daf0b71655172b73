from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_website.tests.common import OnlineCommon

EXPECTED = {"clinic.online.answer": dict.fromkeys(ROLES, "")}


@tagged("post_install", "-at_install")
class TestRights(OnlineCommon):
    def test_nobody_reads_what_was_answered_before_it_is_booked(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
