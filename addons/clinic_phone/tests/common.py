from odoo import Command

from odoo.addons.clinic_followup.tests.common import FollowupCommon


class PhoneCommon(FollowupCommon):
    """A family with one number, of whom one is due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.number = "+923001234567"
        cls.sister = cls.env["clinic.patient"].create({"name": "Bushra Test", "phone": "0300-1234567"})

    def _due(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        rule._look()

    def _calls(self, role="reception"):
        calls = self.env["clinic.call"].with_user(self.users[role])
        return calls.with_context(allowed_company_ids=self.branch.ids)

    def _all(self):
        self.env.invalidate_all()
        return self.env["clinic.call"].search([("company_id", "=", self.branch.id)], order="id")
