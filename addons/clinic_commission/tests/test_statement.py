import psycopg2
from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestStatement(CommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule(percent=40)
        cls.statements = cls.env["clinic.commission.statement"]
        cls.today = cls.branch._clinic_today()

    def _press(self, button, *records):
        """Press a button of the list as the web client does: with the ids of the selected rows, or of none."""
        return call_kw(self.statements.with_user(self.users["accountant"]), button, [[r.id for r in records]], {})

    def test_one_statement_for_each_practitioner_in_one_click(self):
        self._invoiced(practitioner=self.doctor)
        self._invoiced(practitioner=self.doctor, start=self._at(12))
        self._invoiced(practitioner=self.cosmetologist, start=self._at(14))
        action = self._press("action_generate_this_month")
        made = self.statements.search(action["domain"], order="amount")
        self.assertRecordValues(
            made,
            [
                {"practitioner_id": self.cosmetologist.id, "entry_count": 1, "base_amount": 1000, "amount": 400},
                {"practitioner_id": self.doctor.id, "entry_count": 2, "base_amount": 2000, "amount": 800},
            ],
        )
        self.assertEqual(made.mapped("date_from"), [self.today.replace(day=1)] * 2)
        self.assertEqual(sum(made.mapped("clinic_amount")), 1800)

    def test_doing_it_again_brings_the_draft_up_to_date(self):
        self._invoiced(practitioner=self.doctor)
        first = self.statements._generate(self.today, self.branch)
        self._invoiced(practitioner=self.doctor, start=self._at(12))
        self.assertEqual(self.statements._generate(self.today, self.branch), first)
        self.assertEqual(first.entry_count, 2)

    def test_what_comes_after_the_approval_goes_to_the_next_month(self):
        visit = self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        statement.action_approve()
        self._credit(visit.invoice_id)
        self.statements._generate(self.today, self.branch)
        self.assertEqual((statement.entry_count, statement.amount), (1, 400))
        following = self.statements._generate(self.today + relativedelta(months=1), self.branch)
        self.assertEqual(following.amount, -400)
        self.assertEqual(self._entries(visit)[1].statement_id, following)

    def test_an_approved_statement_is_fixed(self):
        visit = self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        statement.action_approve()
        with self.assertRaisesRegex(UserError, "settled by an approved statement"):
            self._entries(visit).sudo().statement_id = False
        with self.assertRaisesRegex(UserError, "Only draft statements"):
            statement.unlink()
        with self.assertRaisesRegex(UserError, "passed this step already"):
            statement.action_approve()
        statement.action_paid()
        self.assertEqual(statement.state, "paid")

    def test_nothing_but_its_life_changes_a_statement(self):
        visit = self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        accountant = self.users["accountant"]
        forged = {"state": "paid", "amount": 9000, "practitioner_id": self.cosmetologist.id, "date_from": "2020-01-01"}
        for name, value in forged.items():
            with self.subTest(name=name), self.assertRaisesRegex(AccessError, "by hand"):
                statement.with_user(accountant).write({name: value})
        month = {"practitioner_id": self.doctor.id, "date_from": "2020-01-01", "company_id": self.branch.id}
        with self.assertRaisesRegex(AccessError, "by hand"):
            self.statements.with_user(accountant).create(month)
        entry = self._entries(visit)
        self.assertEqual((statement.state, statement.amount, entry.statement_id), ("draft", 400, statement))

    def test_an_approval_is_taken_back_by_a_manager_until_it_is_paid(self):
        visit = self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        statement.with_user(self.users["accountant"]).action_approve()
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            statement.with_user(self.users["accountant"]).action_take_back()
        statement.with_user(self.users["manager"]).action_take_back()
        self._credit(visit.invoice_id)
        self.statements._generate(self.today, self.branch)
        self.assertEqual((statement.state, statement.entry_count, statement.amount), ("draft", 2, 0))
        statement.with_user(self.users["accountant"]).action_approve()
        statement.with_user(self.users["accountant"]).action_paid()
        with self.assertRaisesRegex(UserError, "passed this step already"):
            statement.with_user(self.users["manager"]).action_take_back()

    def test_nobody_approves_their_own_commissions_where_somebody_else_can(self):
        self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        doctor = self.users["practitioner"]
        doctor.sudo().group_ids |= self.env.ref("clinic.group_accountant")
        with self.assertRaisesRegex(UserError, "Nobody approves their own"):
            statement.with_user(doctor).action_approve()
        # In a branch where nobody else could, the only one does.
        alone = self.env["res.company"].with_user(SUPERUSER_ID).create({"name": "One Person's Branch"})
        doctor.sudo().company_ids |= alone
        values = {"practitioner_id": statement.practitioner_id.id, "company_id": alone.id}
        own = self.statements.sudo().create({**values, "date_from": self.today.replace(day=1)}).with_user(doctor)
        own.with_context(allowed_company_ids=alone.ids).action_approve()
        self.assertEqual((own.sudo().state, own.sudo().is_sole_approver), ("approved", True))

    def test_nobody_approves_their_own_by_way_of_the_employee(self):
        self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        user, employee = self.users["practitioner"], self.doctor.employee_id.sudo()
        user.sudo().group_ids |= self.env.ref("clinic.group_manager")
        self.assertEqual(statement.earner_user_id, user)
        employee.user_id = False
        for button in ("action_approve", "action_paid", "action_book", "action_take_back"):
            with self.subTest(button), self.assertRaisesRegex(UserError, "Nobody approves their own"):
                getattr(statement.with_user(user), button)()
        # Nobody knows whose it is where the statement is made after that, and nobody becomes that one any more.
        statement.unlink()
        statement = self.statements._generate(self.today, self.branch)
        self.assertFalse(statement.earner_user_id)
        statement.with_user(user).action_approve()
        self.assertEqual((statement.approved_by_id, statement.is_sole_approver), (user, False))
        with self.assertRaisesRegex(ValidationError, "has approved commissions of"), self.env.cr.savepoint():
            employee.user_id = user
        with self.assertRaisesRegex(ValidationError, "has approved commissions of"), self.env.cr.savepoint():
            employee.resource_id.user_id = user
        statement.with_user(self.users["manager"]).action_take_back()
        self.assertFalse(statement.approved_by_id)
        employee.user_id = user
        with self.assertRaisesRegex(UserError, "Nobody approves their own"):
            statement.with_user(user).action_approve()

    @mute_logger("odoo.sql_db")
    def test_the_database_knows_who_approves(self):
        self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        statement.with_user(self.users["accountant"]).action_approve()
        self.assertEqual(statement.approved_by_id, self.users["accountant"])
        self.env.flush_all()
        with self.assertRaises(psycopg2.errors.CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE clinic_commission_statement SET approved_by_id = earner_user_id WHERE id = %s", [statement.id]
            )

    def test_an_approval_takes_what_was_earned_since(self):
        self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        self._invoiced(practitioner=self.doctor, start=self._at(12))
        self.assertEqual(statement.amount, 400)
        statement.with_user(self.users["accountant"]).action_approve()
        self.assertEqual((statement.entry_count, statement.amount), (2, 800))

    def test_the_night_to_the_second_makes_last_month_in_every_time_zone(self):
        visit = self._invoiced(practitioner=self.doctor)
        self.branch.resource_calendar_id.tz = "Pacific/Pago_Pago"
        night = self.today.replace(day=2) + relativedelta(months=1)
        with freeze_time(f"{night} 03:00:00"):
            self.statements._cron_generate()
        self.assertEqual(self._entries(visit).statement_id.date_from, self.today.replace(day=1))

    def test_a_deleted_draft_gives_its_entries_back(self):
        visit = self._invoiced(practitioner=self.doctor)
        self.statements._generate(self.today, self.branch).unlink()
        self.assertFalse(self._entries(visit).statement_id)

    def test_a_month_without_commissions_says_so(self):
        with self.assertRaisesRegex(UserError, "There are no commissions for"):
            self._press("action_generate_last_month")
        self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        with self.assertRaisesRegex(UserError, "There are no commissions for"):
            self._press("action_generate_last_month", statement)

    def test_a_statement_is_printed(self):
        visit = self._invoiced(practitioner=self.doctor)
        statement = self.statements._generate(self.today, self.branch)
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("clinic_commission.report_commission_statement", statement.ids)
        for text in (visit.name, "Dr Sana", "400.00", "600.00", "Facial"):
            self.assertIn(text, html.decode())
        as_accountant = report.with_user(self.users["accountant"])
        html, _kind = as_accountant._render_qweb_html("clinic_commission.report_commission_statement", statement.ids)
        self.assertIn(visit.name, html.decode())
        self.assertNotIn("Facial", html.decode(), "an accountant sees values, not treatments")

    def test_a_statement_has_the_lines_and_the_totals_of_one_branch(self):
        visit = self._invoiced(practitioner=self.doctor)
        entry = self._entries(visit)
        other = self.env["res.company"].sudo().create({"name": "Other Branch", "parent_id": self.branch.id})
        vals = {name: entry[name] for name in ("date", "posting")}
        links = {name: entry[name].id for name in ("practitioner_id", "move_id", "procedure_id", "rule_id")}
        foreign = {**vals, **links, "company_id": other.id, "base_amount": 500, "amount": 200, "posting": 2}
        self.env["clinic.commission.entry"].sudo().create(foreign)
        accountant = self.users["accountant"]
        accountant.sudo().company_ids |= other
        both = self.statements.with_user(accountant).with_context(allowed_company_ids=(self.branch | other).ids)
        made = both.search(both.action_generate_this_month()["domain"], order="amount")
        self.assertEqual(made.mapped("amount"), [200, 400])
        for branch, amount, base in ((self.branch, 400, 1000), (other, 200, 500)):
            seen = self.statements.with_user(accountant).with_context(allowed_company_ids=branch.ids).search([])
            self.assertEqual((seen.company_id, seen.amount, seen.base_amount), (branch, amount, base))
            self.assertEqual(sum(seen.entry_ids.mapped("amount")), amount)
            self.assertEqual(seen.entry_count, len(seen.entry_ids))
            report = self.env["ir.actions.report"].with_user(accountant).with_context(allowed_company_ids=branch.ids)
            html, _kind = report._render_qweb_html("clinic_commission.report_commission_statement", seen.ids)
            self.assertEqual(html.decode().count(f"{amount}.00"), 2, "the line and the total")
