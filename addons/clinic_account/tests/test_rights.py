from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations

from .common import AccountCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {
    "clinic.discount": {**NOBODY, "reception": "r", "manager": "r"},
    "clinic.discount.ask": {**NOBODY, "reception": "crw", "manager": "crw"},
    "clinic.refund.refuse": {**NOBODY, "manager": "crw"},
}


@tagged("post_install", "-at_install")
class TestRights(AccountCommon):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def test_reception_checks_out_and_takes_the_payment(self):
        reception = self.users["reception"]
        visit = self._done().with_user(reception)
        visit.action_checkout()
        wizard = (
            self.env["account.payment.register"]
            .with_user(reception)
            .with_context(active_model="account.move", active_ids=visit.invoice_id.ids)
            .create({})
        )
        wizard.action_create_payments()
        self.assertEqual(visit.payment_state, "paid")

    def test_who_treats_does_not_check_out(self):
        visit = self._done(practitioner=self.doctor)
        with self.assertRaises(AccessError):
            visit.with_user(self.users["practitioner"]).action_checkout()

    def test_the_accountant_sees_values_and_the_visits_number(self):
        visit = self._done()
        visit.action_checkout()
        accountant = self.users["accountant"]
        invoice = visit.invoice_id.with_user(accountant)
        self.assertEqual(invoice.amount_total, 1150)
        [values] = invoice.read(["clinic_visit_id", "invoice_origin"])
        self.assertEqual(values["clinic_visit_id"], (visit.id, visit.name))
        for record in (visit, visit.procedure_ids, self.patient):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(accountant).read(["display_name"])
        with self.assertRaises(AccessError):
            self.env["account.move"].with_user(accountant).search([("clinic_visit_id.note", "ilike", "a")])

    def test_the_accountant_credits_an_invoice(self):
        visit = self._done()
        visit.action_checkout()
        invoice = visit.invoice_id.with_user(self.users["accountant"])
        wizard = self.env["account.move.reversal"].with_user(self.users["accountant"])
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        wizard.create({"journal_id": invoice.journal_id.id}).reverse_moves()
        self.assertEqual(visit.invoice_ids.filtered(lambda m: m.move_type == "out_refund").clinic_visit_id, visit)

    def test_warehouse_sees_no_invoice(self):
        visit = self._done()
        visit.action_checkout()
        with self.assertRaises(AccessError):
            visit.invoice_id.with_user(self.users["warehouse"]).read(["amount_total"])

    def test_reception_of_a_branch_takes_payments_without_access_to_the_whole_company(self):
        branch = self.env["res.company"].create({"name": "Corner Branch", "parent_id": self.branch.id})
        reception = self.users["reception"]
        reception.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        payments = self.env["account.payment"].with_user(reception).with_context(allowed_company_ids=branch.ids)
        account = payments.new({"company_id": branch.id})._get_outstanding_account("inbound")
        self.assertTrue(account)
        self.assertFalse(account.env.su)

    def test_an_accountant_finds_what_is_due_and_opens_every_report(self):
        accountant = self.users["accountant"]
        self._done().action_checkout()
        menus = self.env["ir.ui.menu"].with_user(accountant).load_web_menus(False)
        own = self.env.ref("clinic_account.menu_accounting")
        mine = [("id", "child_of", own.id), ("action", "!=", False)]
        mine.append(("group_ids", "in", self.env.ref("clinic.group_accountant").ids))
        self.assertGreater(self.env["ir.ui.menu"].search_count(mine), 7)
        for menu in self.env["ir.ui.menu"].search(mine):
            if menu.action._name != "ir.actions.act_window":
                continue
            with self.subTest(menu=menu.complete_name):
                self.assertIn(menu.id, menus)
                action = (
                    self.env["ir.actions.act_window"]
                    .with_user(accountant)
                    ._for_xml_id(menu.action.get_external_id()[menu.action.id])
                )
                records = self.env[action["res_model"]].with_user(accountant)
                views = [(False, kind) for kind in action["view_mode"].split(",")]
                records.get_views(views)
                domain = safe_eval(action["domain"] or "[]", {"uid": accountant.id})
                records.search(domain, limit=1).read(["display_name"])

    def test_reception_has_no_menu_of_the_accountants(self):
        menus = self.env["ir.ui.menu"].with_user(self.users["reception"]).load_web_menus(False)
        self.assertNotIn(self.env.ref("clinic_account.menu_accounting").id, menus)
