from odoo.tests import tagged

from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_record.tests.test_rights import FROM_PROTOCOL

from .common import RecordStockCommon

EXPECTED = {"clinic.procedure.item": FROM_PROTOCOL}


@tagged("post_install", "-at_install")
class TestRights(RecordStockCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
