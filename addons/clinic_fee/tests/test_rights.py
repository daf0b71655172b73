from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import FeeCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.fee.rule": {**NOBODY, "reception": "r", "accountant": "r", "manager": "crwd"},
    "clinic.fee.waive": {**NOBODY, "manager": "crw"},
}
AGREED = {
    "fee_text": "x",
    "fee_by_card": True,
    "fee_cause": "late",
    "fee_state": "waived",
    "fee_waive_reason": "x",
    "late_fee": 1,
    "late_fee_kind": "none",
    "no_show_fee": 1,
    "no_show_fee_kind": "none",
    "fee_card_asked_at": "2030-01-01",
}


@tagged("post_install", "-at_install")
class TestRights(FeeCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_what_was_agreed_is_changed_by_nobody(self):
        visit = self._held()
        before = visit.read([*AGREED, "fee_waived_by_id"])
        for role, user in self.users.items():
            for name, value in {**AGREED, "fee_waived_by_id": user.id}.items():
                with self.subTest(role=role, field=name), self.assertRaises(AccessError), self.env.cr.savepoint():
                    visit.with_user(user).write({name: value})
        self.assertEqual(visit.read([*AGREED, "fee_waived_by_id"]), before)

    def test_no_invoice_is_made_a_fee_by_hand(self):
        visit = self._done()
        visit.action_checkout()
        for role in ("reception", "accountant", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError), self.env.cr.savepoint():
                visit.invoice_id.with_user(self.users[role]).write({"clinic_fee": True})
