from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import PaymentCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.deposit.rule": {**NOBODY, "reception": "r", "accountant": "r", "manager": "crwd"},
    "clinic.deposit.take": {**NOBODY, "reception": "crw", "manager": "crw"},
    "clinic.deposit.waive": {**NOBODY, "manager": "crw"},
    "clinic.payment.ask": {**NOBODY, "reception": "crw", "manager": "crw"},
    "clinic.payment.refund": {**NOBODY, "reception": "crw", "manager": "crw"},
    "clinic.payment.transfer": {**NOBODY, "accountant": "crw", "manager": "crw"},
    "clinic.refund.part": {**NOBODY, "reception": "r", "accountant": "r", "manager": "r"},
    "clinic.payment.link": {**NOBODY, "reception": "r", "manager": "r"},
}


@tagged("post_install", "-at_install")
class TestRights(PaymentCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_another_branch_sees_nothing(self):
        link = self.env["clinic.payment.link"]._of(self._held())
        self.rule.company_id = self.branch
        other = self.env["res.company"].create({"name": "Other"})
        reception = self.users["reception"]
        reception.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for record in (link.sudo(False), self.rule):
            theirs = record.with_user(reception).with_context(allowed_company_ids=other.ids)
            self.assertNotIn(record.id, theirs.search([]).ids)
            with self.assertRaises(AccessError):
                theirs.read(["company_id"])

    def test_what_lets_somebody_in_is_read_by_nobody(self):
        link = self.env["clinic.payment.link"]._of(self._held())
        for name in ("token_hash", "seed"):
            with self.assertRaises(AccessError):
                link.with_user(self.users["manager"]).read([name])
