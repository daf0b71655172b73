from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import BooksCommon

NOBODY = dict.fromkeys(ROLES, "")
BOOKKEEPERS = ("accountant", "manager")
EXPECTED = {
    "clinic.expense": {**NOBODY, "accountant": "crwd", "manager": "crwd"},
    "clinic.expense.category": {**NOBODY, "accountant": "crwd", "manager": "crwd"},
}
# The dialogs and reports of OCA that every employee might open by themselves.
OCA = (
    "trial.balance.report.wizard",
    "general.ledger.report.wizard",
    "journal.ledger.report.wizard",
    "open.items.report.wizard",
    "aged.partner.balance.report.wizard",
    "vat.report.wizard",
    "mis.report",
    "mis.report.instance",
    "mis.report.instance.period",
    "mis.report.kpi",
)


@tagged("post_install", "-at_install")
class TestRights(DeskMixin, BooksCommon, HttpCase):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_the_books_are_read_by_those_who_keep_them(self):
        portal = new_test_user(self.env, login="test_portal", groups="base.group_portal")
        for name, user in {**self.users, "portal": portal}.items():
            for model in OCA:
                with self.subTest(role=name, model=model):
                    readable = self.env[model].with_user(user).has_access("read")
                    self.assertEqual(readable, name in BOOKKEEPERS)

    def test_over_json_rpc_nobody_else_gets_a_figure(self):
        instance = self.env["mis.report.instance"]._clinic_ensure(self.branch, "branch")
        expense = self._expense(100)
        for role in ("reception", "practitioner", "warehouse"):
            self.assert_refused(role, "clinic.books.home", "load")
            self.assert_refused(role, "mis.report.instance", "clinic_open", "branch")
            self.assert_refused(role, "mis.report.instance", "compute", [instance.id])
            self.assert_refused(role, "clinic.expense", "action_post", expense.ids, kinds=("AccessError",))
        for role in BOOKKEEPERS:
            _answer, error = self._ask(role, "mis.report.instance", "compute", [instance.id])
            self.assertFalse(error)

    def test_nobody_else_prints_a_report_of_the_books(self):
        wizard = self.env["trial.balance.report.wizard"].create({})
        data = wizard._prepare_report_data()
        report = self.env["report.account_financial_report.trial_balance"]
        self.assertTrue(report.with_user(self.users["accountant"])._get_report_values([], data))
        with self.assertRaises(AccessError):
            report.with_user(self.users["reception"])._get_report_values([], data)

    def test_an_accountant_lands_on_what_is_to_be_done(self):
        menus = self.env["ir.ui.menu"].with_user(self.users["accountant"]).load_web_menus(False)
        root = menus[self.env.ref("clinic.menu_root").id]
        self.assertEqual(root["actionID"], self.env.ref("clinic_books.clinic_books_home_action").id)
        self.assertNotIn(
            self.env.ref("clinic_books.menu_home").id,
            self.env["ir.ui.menu"].with_user(self.users["reception"]).load_web_menus(False),
        )
