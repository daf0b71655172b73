from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import TillCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.till.closing": {**NOBODY, "reception": "crwd", "accountant": "r", "manager": "crwd"},
    "clinic.till.count": {**NOBODY, "reception": "crwd", "accountant": "r", "manager": "crwd"},
    "clinic.till.denomination": {**NOBODY, "reception": "r", "accountant": "r", "manager": "crwd"},
}


@tagged("post_install", "-at_install")
class TestRights(TillCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_another_branch_sees_nothing(self):
        till = self._till()
        other = self.env["res.company"].create({"name": "Other"})
        reception = self.users["reception"]
        reception.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        tills = self.env["clinic.till.closing"].with_user(reception).with_context(allowed_company_ids=other.ids)
        self.assertFalse(tills.search([]))
        with self.assertRaises(AccessError):
            tills.browse(till.id).read(["note"])
