from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import RecordCommon

NOBODY = dict.fromkeys(ROLES, "")
CATALOGUE = {**NOBODY, "cosmetologist": "r", "practitioner": "crw", "manager": "crwd"}
CATALOGUE_LINE = {**CATALOGUE, "practitioner": "crwd"}
EXPECTED = {
    "clinic.protocol": CATALOGUE,
    "clinic.protocol.step": CATALOGUE_LINE,
    "clinic.protocol.parameter": CATALOGUE_LINE,
    "clinic.protocol.item": CATALOGUE_LINE,
    "clinic.protocol.followup": CATALOGUE_LINE,
    "clinic.note.template": CATALOGUE,
    "clinic.procedure.step": {**NOBODY, "cosmetologist": "rw", "practitioner": "rw"},
    "clinic.procedure.parameter": {**NOBODY, "cosmetologist": "rw", "practitioner": "rw"},
    "clinic.note": {**NOBODY, "cosmetologist": "crw", "practitioner": "crw"},
    "clinic.note.amend": {**NOBODY, "cosmetologist": "crwd", "practitioner": "crwd"},
}


@tagged("post_install", "-at_install")
class TestRights(RecordCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
