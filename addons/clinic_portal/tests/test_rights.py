from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import PortalCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.portal.message": {**NOBODY, "cosmetologist": "r", "reception": "cr", "practitioner": "cr", "manager": "cr"},
    "clinic.portal.invite": {**NOBODY, "reception": "crw", "manager": "crw"},
}


@tagged("post_install", "-at_install")
class TestRights(PortalCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
