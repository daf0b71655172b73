from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import CampaignCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.segment": {**NOBODY, "practitioner": "crwd", "manager": "crwd"},
    "clinic.campaign": {**NOBODY, "practitioner": "crw", "manager": "crwd"},
    "clinic.campaign.recipient": {**NOBODY, "manager": "r"},
}
MARKETING = {"clinic.campaign": "rw", "clinic.campaign.recipient": "r", "clinic.segment": ""}


@tagged("post_install", "-at_install")
class TestRights(CampaignCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)
        for model, operations in MARKETING.items():
            self.assertEqual(allowed_operations(self.env[model], self.marketing), operations)
