from base64 import b64encode

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_account.tests.common import DeskMixin
from odoo.addons.clinic_books.tests.common import BooksCommon

ROLES = ("reception", "practitioner", "cosmetologist", "warehouse")


@tagged("post_install", "-at_install")
class TestStaffExpense(DeskMixin, BooksCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplies = cls.env.ref("clinic_books_expense.product_supplies")
        cls.category = cls.env.ref("clinic_books.category_supplies")
        cls.account = cls.company_data["default_account_expense"].copy({"code": "606100", "name": "Supplies"})
        cls.category.account_id = cls.account
        cls.supplies.supplier_taxes_id = False
        employees = cls.env["hr.employee"].sudo()
        for role in (*ROLES, "accountant", "manager"):
            user = cls.users[role]
            employee = employees.search([("user_id", "=", user.id)])
            vals = {"user_id": user.id, "company_id": cls.north.id}
            employee.write(vals) if employee else employees.create(vals)
        cls.employee = employees.search([("user_id", "=", cls.users["reception"].id)])

    def _claim(self, role="reception", **values):
        claims = self.env["hr.expense"].with_user(self.users[role])
        claims = claims.with_context(allowed_company_ids=(self.north | self.branch | self.south).ids)
        vals = {"name": "Swabs", "product_id": self.supplies.id, "total_amount_currency": 80, **values}
        return claims.create(vals)

    def _approved(self, **values):
        claim = self._claim(**values)
        claim.action_submit()
        self._as(claim, "manager").action_approve()
        return claim

    def _as(self, claim, role):
        return claim.with_user(self.users[role]).with_context(**claim.env.context)

    def _post(self, claim, role="accountant"):
        claim = self._as(claim, role)
        action = claim.action_post()
        wizard = claim.env["hr.expense.post.wizard"].browse(action["res_id"])
        wizard.with_context(**action["context"]).action_post_entry()
        return claim.account_move_id

    def test_from_the_slip_to_the_money(self):
        """Claimed by reception, approved by the manager, posted in the branch and on the category, and paid back."""
        claim = self._claim()
        self.assertEqual(claim.company_id, self.north)
        self.assertEqual(claim.employee_id, self.employee)
        slip = {"name": "slip.png", "datas": b64encode(b"\x89PNG\r\n"), "res_model": "hr.expense", "res_id": claim.id}
        claim.env["ir.attachment"].create(slip)
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        self._as(claim, "manager").action_approve()
        self.assertEqual(claim.state, "approved")
        move = self._post(claim)
        self.assertEqual(move.company_id, self.north)
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.clinic_expense_category_id, self.category)
        self.assertEqual(move.partner_id, self.employee.work_contact_id)
        self.assertEqual(move.invoice_line_ids.account_id, self.account)
        self.assertEqual(move.amount_total, 80)
        self.assertEqual(move.attachment_ids.mapped("name"), ["slip.png"])
        self._pay(move)
        self.assertIn(claim.state, ("paid", "in_payment"))

    def test_it_stands_in_the_profit_and_loss_of_its_branch(self):
        before = self._spent()
        self._post(self._approved())
        after = self._spent()
        self.assertEqual(after[self.north] - before[self.north], 80)
        self.assertEqual(after[self.south], before[self.south])

    def _spent(self):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.account.id), ("parent_state", "=", "posted")]
        )
        return {
            branch: sum(lines.filtered(lambda line, branch=branch: line.company_id == branch).mapped("balance"))
            for branch in (self.north, self.south)
        }

    def test_claims_of_two_kinds_name_no_category(self):
        taxi = self.env.ref("hr_expense.expense_product_travel_accommodation")
        taxi.supplier_taxes_id = False
        self.env.ref("clinic_books.category_other").account_id = self.account
        claims = self._approved() | self._approved(name="Taxi", product_id=taxi.id)
        move = self._post(claims)
        self.assertFalse(move.clinic_expense_category_id)
        self.assertEqual(len(move), 1)
        self.assertEqual(move.amount_total, 160)

    def test_without_an_account_of_the_branch_odoos_own_is_taken(self):
        self.category.account_id = False
        self.assertTrue(self._claim().account_id)

    def test_nobody_approves_by_writing(self):
        """Over RPC, a claim is neither made approved nor written so, and no claim is made for somebody else."""
        vals = {"name": "X", "product_id": self.supplies.id, "total_amount_currency": 10}
        claim = self._claim()
        move = self._spend(10)
        others = self._other()
        for role in ROLES:
            for forged in (
                {"approval_state": "approved"},
                {"state": "approved"},
                {"account_move_id": move.id},
            ):
                self.assert_refused(role, "hr.expense", "create", [{**vals, **forged}])
        for forged in (
            {"approval_state": "approved"},
            {"state": "paid"},
            {"account_move_id": move.id},
            {"employee_id": others.id},
            {"company_id": self.south.id},
        ):
            self.assert_refused("reception", "hr.expense", "write", claim.ids, forged)
        self.assert_refused("reception", "hr.expense", "action_approve", claim.ids)
        self.assert_refused("reception", "hr.expense.post.wizard", "create", {})
        self.assertEqual(claim.state, "draft")

    def test_a_claim_is_split_into_parts_of_its_own_state(self):
        """Neither approval nor another's name is slipped in with a part, and the parts add up."""
        claim = self._claim()
        wizard = self._split(claim)
        wizard.expense_split_line_ids.write({"approval_state": "approved", "employee_id": self._other().id})
        parts = self.env["hr.expense"].browse(wizard.action_split_expense()["domain"][0][2])
        self.assertEqual(parts.mapped("state"), ["draft", "draft"])
        self.assertEqual(parts.employee_id, self.employee)
        self.assertEqual(parts.account_id, self.account)
        self.assertEqual(sum(parts.mapped("total_amount")), 80)
        wizard = self._split(claim)
        wizard.expense_split_line_ids[0].total_amount_currency += 1
        with self.assertRaisesRegex(UserError, "add up"):
            wizard.action_split_expense()

    def test_an_approved_claim_is_split_by_a_manager_and_by_nobody_below(self):
        claim = self._approved()
        wizard = self._split(self._as(claim, "manager"))
        parts = self.env["hr.expense"].browse(wizard.action_split_expense()["domain"][0][2])
        self.assertEqual(parts.mapped("state"), ["approved", "approved"])
        with self.assertRaises(UserError):
            self._split(claim)

    def _split(self, claim):
        return claim.env["hr.expense.split.wizard"].browse(claim.action_split_wizard()["res_id"])

    def _other(self):
        return self.env["hr.employee"].search([("user_id", "=", self.users["practitioner"].id)])

    def test_each_sees_their_own(self):
        claim = self._claim()
        for role in ("practitioner", "cosmetologist", "warehouse"):
            self.assertFalse(self._as(claim, role).search([("id", "=", claim.id)]), role)
            with self.assertRaises(AccessError):
                self._as(claim, role).read(["name"])
        for role in ("accountant", "manager"):
            self.assertTrue(self._as(claim, role).search([("id", "=", claim.id)]), role)

    def test_a_manager_approves_no_claim_of_their_own(self):
        claim = self._claim("manager")
        claim.sudo().manager_id = self.env.ref("base.user_admin")
        claim.action_submit()
        with self.assertRaisesRegex(UserError, "own expense"):
            claim.action_approve()
        self.assertEqual(claim.state, "submitted")

    def test_a_refused_claim_comes_back_with_the_reason(self):
        claim = self._claim()
        claim.action_submit()
        wizard = self.env["hr.expense.refuse.wizard"].with_user(self.users["manager"])
        wizard = wizard.with_context(active_ids=claim.ids, allowed_company_ids=claim.company_id.ids)
        wizard.create({"reason": "No slip", "expense_ids": [Command.set(claim.ids)]}).action_refuse()
        self.assertEqual(claim.state, "refused")
        with self.assertRaises(UserError):
            self._post(claim)

    def test_an_amount_of_nothing_is_not_submitted(self):
        claim = self._claim(total_amount_currency=0)
        with self.assertRaises(ValidationError):
            claim.action_submit()

    def test_who_is_no_employee_is_told_so(self):
        self.employee.user_id = False
        with self.assertRaisesRegex(ValidationError, "North|employees"):
            self._claim()

    def test_who_claims_reads_nothing_of_the_books(self):
        claim = self._claim()
        for role in ROLES:
            product = self.supplies.with_user(self.users[role])
            with self.assertRaises(AccessError):
                product.read(["clinic_expense_category_id"])
        self.assertEqual(claim.account_id.id, self.account.id)
