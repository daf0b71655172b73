from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import RecordCommon

NOBODY = dict.fromkeys(ROLES, "")
CLINICAL = {**NOBODY, "cosmetologist": "crw", "practitioner": "crw"}
CATALOGUE = {**NOBODY, "cosmetologist": "r", "practitioner": "crw", "manager": "crwd"}
EXPECTED = {
    "clinic.problem.kind": CATALOGUE,
    "clinic.body.area": CATALOGUE,
    "clinic.problem": CLINICAL,
    "clinic.problem.response": CLINICAL,
    "clinic.score": CLINICAL,
    "clinic.body.pin": CLINICAL,
}


@tagged("post_install", "-at_install")
class TestRights(RecordCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
