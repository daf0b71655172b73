from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import AgreementCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.agreement": {**NOBODY, "accountant": "r", "manager": "r"},
    "clinic.agreement.line": {**NOBODY, "accountant": "r", "manager": "r"},
    "clinic.agreement.explain": {**NOBODY, "accountant": "crw", "manager": "crw"},
}
BOOKKEEPERS = ("accountant", "manager")


@tagged("post_install", "-at_install")
class TestRights(DeskMixin, AgreementCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self._sql("UPDATE clinic_visit SET deposit_paid = 2000 WHERE id = %s", self.held.id)
        self.agreement = self._agree()
        self.line = self.agreement.difference_ids
        self.env.flush_all()

    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_over_json_rpc_it_is_read_and_asked_for_by_those_who_keep_the_books(self):
        new_test_user(self.env, "test_portal", "base.group_portal", password="test_portal")
        for role in ("reception", "practitioner", "warehouse", "portal"):
            self.assert_refused(role, "clinic.agreement", "search_read", [], ["state"])
            self.assert_refused(role, "clinic.agreement", "action_run_now", [])
            self.assert_refused(role, "clinic.agreement.line", "action_open", self.line.ids)
            self.assert_refused(role, "clinic.agreement.explain", "create", [{"line_id": self.line.id, "reason": "x"}])
        for role in BOOKKEEPERS:
            for method, ids in (("action_run_now", []), ("action_run_now", self.agreement.ids)):
                answer, error = self._ask(role, "clinic.agreement", method, ids)
                self.assertFalse(error)
                self.assertEqual(answer["res_model"], "clinic.agreement")

    def test_nobody_writes_it(self):
        for role in BOOKKEEPERS:
            for values in ({"state": "ok"}, {"count": 0}, {"is_current": False}):
                self.assert_refused(role, "clinic.agreement", "write", self.agreement.ids, values)
            for values in ({"state": "ok"}, {"difference": 0}, {"explanation": "All is well"}):
                self.assert_refused(role, "clinic.agreement.line", "write", self.line.ids, values)
            new = {"company_id": self.branch.id, "day": "2026-01-01"}
            self.assert_refused(role, "clinic.agreement", "create", [new])
            self.assert_refused(role, "clinic.agreement", "unlink", self.agreement.ids)
            self.assert_refused(role, "clinic.agreement.line", "unlink", self.line.ids)
        self.assertEqual((self.agreement.state, self.line.state), ("differs", "differs"))
        with self.assertRaises(UserError):
            self.agreement.unlink()

    def test_another_branch_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        for role in BOOKKEEPERS:
            user = self.users[role]
            user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
            for record in (self.agreement, self.line):
                theirs = record.with_user(user).with_context(allowed_company_ids=other.ids)
                self.assertNotIn(record.id, theirs.search([]).ids)
                with self.assertRaises(AccessError):
                    theirs.read(["state"])
            with self.assertRaises(AccessError):
                self.agreement.with_user(user).with_context(allowed_company_ids=other.ids).action_run_now()
            with self.assertRaises(AccessError):
                self.line.with_user(user).with_context(allowed_company_ids=other.ids)._explain("Because it is right")

    def test_the_one_who_has_the_task_can_end_it(self):
        task = self.env["mail.activity"].search([("res_model", "=", "clinic.agreement")])
        self.assertEqual(task.user_id, self.users["accountant"])
        task.with_user(self.users["accountant"]).action_feedback("Looked at it")
        self.assertFalse(task.exists() and task.active)

    def test_every_figure_opens_for_the_accountant(self):
        for line in self.agreement.line_ids.with_user(self.users["accountant"]):
            action = line.action_open()
            self.env[action["res_model"]].with_user(self.users["accountant"]).search(action["domain"])
