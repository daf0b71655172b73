from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import MessageCommon

NOBODY = dict.fromkeys(ROLES, "")
STAFF = {"cosmetologist": "r", "practitioner": "r"}
EXPECTED = {
    "clinic.message": {**NOBODY, **STAFF, "reception": "rw", "manager": "rw"},
    "clinic.message.kind": {**NOBODY, **STAFF, "reception": "r", "manager": "crwd"},
    "clinic.message.template": {**NOBODY, "reception": "r", "manager": "crwd"},
    "clinic.message.consent": {**NOBODY, **STAFF, "reception": "cr", "manager": "cr"},
    "clinic.message.provider": {**NOBODY, "manager": "r"},
    "clinic.message.link": NOBODY,
    "clinic.link.guess": NOBODY,
    "clinic.message.call": {**NOBODY, "reception": "crw", "manager": "crw"},
}


@tagged("post_install", "-at_install")
class TestRights(MessageCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
