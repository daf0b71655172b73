from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import CommissionCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.commission.rule": {**NOBODY, "manager": "crwd"},
    "clinic.commission.tier": {**NOBODY, "manager": "crwd"},
    "clinic.commission.limit": {**NOBODY, "manager": "crwd"},
    "clinic.commission.trial": {**NOBODY, "manager": "crwd"},
    "clinic.commission.trial.line": {**NOBODY, "manager": "crwd"},
    "clinic.procedure.participant": {
        **NOBODY,
        "reception": "crwd",
        "cosmetologist": "r",
        "practitioner": "r",
        "manager": "crwd",
    },
    "clinic.commission.entry": {
        **NOBODY,
        "cosmetologist": "r",
        "practitioner": "r",
        "accountant": "r",
        "manager": "r",
    },
    "clinic.commission.statement": {
        **NOBODY,
        "cosmetologist": "r",
        "practitioner": "r",
        "accountant": "crw",
        "manager": "crwd",
    },
}


@tagged("post_install", "-at_install")
class TestRights(CommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule(percent=40)
        cls.own = cls._invoiced(practitioner=cls.doctor)
        cls.other = cls._invoiced(practitioner=cls.cosmetologist)
        statements = cls.env["clinic.commission.statement"]
        cls.made = statements._generate(cls.branch._clinic_today(), cls.branch)

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_practitioners_see_their_own_commissions_only(self):
        entries = self.env["clinic.commission.entry"].with_user(self.users["practitioner"])
        self.assertEqual(entries.search([]).practitioner_id, self.doctor)
        with self.assertRaises(AccessError):
            entries.browse(self._entries(self.other).id).read(["amount"])

    def test_practitioners_see_their_statement_once_approved(self):
        statements = self.env["clinic.commission.statement"].with_user(self.users["practitioner"])
        self.assertFalse(statements.search([]))
        self.made.action_approve()
        self.assertEqual(statements.search([]).practitioner_id, self.doctor)

    def test_the_accountant_makes_statements_and_sees_no_treatment(self):
        accountant = self.users["accountant"]
        entries = self.env["clinic.commission.entry"].with_user(accountant)
        self.assertEqual(len(entries.search([])), 2)
        self.assertNotIn("treatment_id", entries.search([], limit=1).read()[0])
        for attempt in (
            lambda: entries.search([("treatment_id.name", "ilike", "F")]),
            lambda: entries.formatted_read_group([], ["treatment_id"]),
            lambda: entries.search([], limit=1).read(["procedure_id"]),
            lambda: entries.search([], limit=1).read(["rule_id"]),
            lambda: entries.search([("rule_id.treatment_id.name", "ilike", "F")]),
            lambda: entries.formatted_read_group([], ["rule_id"]),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.env["clinic.commission.statement"].with_user(accountant).action_generate_this_month()
        self.made.with_user(accountant).action_approve()
        self.assertEqual(set(self.made.mapped("state")), {"approved"})

    def test_reception_posts_and_sees_no_commission(self):
        visit = self._done(start=self._at(16))
        visit.with_user(self.users["reception"]).action_checkout()
        self.assertTrue(self._entries(visit))
        with self.assertRaises(AccessError):
            self._entries(visit).with_user(self.users["reception"]).read(["amount"])
