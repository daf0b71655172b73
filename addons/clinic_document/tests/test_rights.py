from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_record.tests.common import RecordCommon

NOBODY = dict.fromkeys(ROLES, "")
SEEN = {"reception": "rw", "cosmetologist": "rw", "practitioner": "rw", "manager": "rw"}
EXPECTED = {
    "clinic.document": {**NOBODY, **SEEN},
    "clinic.document.kind": {**NOBODY, **dict.fromkeys(SEEN, "r"), "manager": "crwd"},
    "clinic.document.upload": NOBODY,
}


@tagged("post_install", "-at_install")
class TestRights(RecordCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_no_field_of_any_of_them_holds_a_file(self):
        for model in EXPECTED:
            kinds = {field.type for field in self.env[model]._fields.values()}
            self.assertFalse(kinds & {"binary", "image"}, model)
