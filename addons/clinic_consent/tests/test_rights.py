from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import ConsentCommon

NOBODY = dict.fromkeys(ROLES, "")
STAFF = {**NOBODY, "reception": "r", "cosmetologist": "r", "practitioner": "r", "manager": "crwd"}
EXPECTED = {
    "clinic.consent": {**NOBODY, "cosmetologist": "r", "practitioner": "r"},
    "clinic.consent.template": STAFF,
    "clinic.consent.version": STAFF,
    "clinic.consent.question": STAFF,
    "clinic.consent.device": {**NOBODY, "manager": "crwd"},
    "clinic.consent.request": NOBODY,
    "clinic.consent.document": NOBODY,
    "clinic.consent.withdraw": {**NOBODY, "cosmetologist": "crw", "practitioner": "crw"},
    "clinic.consent.verification": {**NOBODY, "cosmetologist": "r", "practitioner": "r", "manager": "r"},
}


@tagged("post_install", "-at_install")
class TestRights(ConsentCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_those_who_do_not_care_for_the_patient_read_nothing(self):
        self._publish()
        consent = self._sign(self.arrive().visit_id)
        self.assertEqual(consent.with_user(self.users["practitioner"]).signer_name, "Ayesha Test")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="test_stranger",
            groups="clinic.group_practitioner",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        mine = self.env["clinic.consent"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(mine.search([]))
        with self.assertRaises(AccessError):
            mine.browse(consent.id).read(["signer_name"])

    def test_no_field_of_any_of_them_holds_a_picture(self):
        for model in EXPECTED:
            kinds = {field.type for field in self.env[model]._fields.values()}
            self.assertFalse(kinds & {"binary", "image"}, model)
