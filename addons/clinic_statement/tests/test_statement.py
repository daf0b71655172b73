import io
import re

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_account.tests.common import DeskMixin, FamilyCommon

OPEN_ITEMS = "partner_statement.outstanding_statement"
ACTIVITY = "partner_statement.activity_statement"


@tagged("post_install", "-at_install")
class TestStatement(DeskMixin, FamilyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.env["res.company"].create({"name": "North", "parent_id": cls.branch.id})
        everywhere = cls.branch | cls.north
        cls.env.user.company_ids += everywhere
        cls.cr.flush()
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": everywhere.ids})
        for user in cls.users.values():
            user.company_ids = everywhere
        cls.accountant = cls.users["accountant"]
        cls.today = cls.branch._clinic_today()
        cls.owing = cls.mother.partner_id

    def _wizard(self, partners, model="outstanding.statement.wizard", user=None, branches=None, **values):
        companies = branches or self.branch | self.north
        context = {
            "active_model": "res.partner",
            "active_ids": partners.ids,
            "allowed_company_ids": companies.ids,
        }
        wizard = self.env[model].with_user(user or self.accountant).with_context(**context)
        return wizard.create({"company_id": companies[0].id, **values})

    def _values(self, wizard, name=OPEN_ITEMS):
        return wizard.env[f"report.{name}"]._get_report_values([], wizard._prepare_statement())

    def _shown(self, values, partner):
        """Return {number: open amount} of what the statement of ``partner`` shows."""
        currencies = values["data"][partner.id]["currencies"].values()
        return {line["move_id"]: line["open_amount"] for currency in currencies for line in currency["lines"]}

    def _sell(self, branch, partner, amount):
        line = {"name": "Cream", "price_unit": amount, "tax_ids": False}
        values = {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "journal_id": self.company_data["default_journal_sale"].id,
            "invoice_date": self.today,
            "invoice_date_due": self.today,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, line)],
        }
        move = self.env["account.move"].with_company(branch).create({**values, "company_id": branch.id})
        move.action_post()
        return move

    def test_each_owes_their_own(self):
        """Neither a family's members nor an employer's people are found on each other's statements."""
        partners = self.mother.partner_id | self.child.partner_id | self.worker.partner_id | self.employer
        values = self._values(self._wizard(partners, filter_partners_non_due=False))
        for name, partner in (
            ("mother", self.owing),
            ("child", self.child.partner_id),
            ("worker", self.worker.partner_id),
        ):
            invoice = self.invoices[name]
            self.assertEqual(self._shown(values, partner), {invoice.name: invoice.amount_residual})
        self.assertFalse(self._shown(values, self.employer))

    def test_all_branches_of_the_switcher_count(self):
        north = self._sell(self.north, self.owing, 70)
        here = self.invoices["mother"]
        both = {here.name: here.amount_residual, north.name: 70}
        self.assertEqual(self._shown(self._values(self._wizard(self.owing)), self.owing), both)
        alone = self._wizard(self.owing, branches=self.branch)
        self.assertEqual(self._shown(self._values(alone), self.owing), {here.name: here.amount_residual})
        there = self._wizard(self.owing, branches=self.north)
        self.assertEqual(self._shown(self._values(there), self.owing), {north.name: 70})
        buckets = self._values(self._wizard(self.owing))["data"][self.owing.id]["currencies"]
        self.assertEqual([currency["buckets"]["balance"] for currency in buckets.values()], [sum(both.values())])

    def test_what_was_paid_and_credited_is_no_longer_open(self):
        invoice, total = self.invoices["mother"], self.invoices["mother"].amount_total
        self._pay(invoice, 40)
        credit = self._sell(self.branch, self.owing, 25)
        self._credit(credit)
        self.assertEqual(self._shown(self._values(self._wizard(self.owing)), self.owing), {invoice.name: total - 40})
        wizard = self._wizard(self.owing, "activity.statement.wizard", date_start=self.today.replace(day=1))
        activity = self._values(wizard, ACTIVITY)["data"][self.owing.id]["currencies"]
        self.assertEqual([round(currency["amount_due"], 2) for currency in activity.values()], [round(total - 40, 2)])

    def test_a_spreadsheet_says_the_same(self):
        wizard = self._wizard(self.owing | self.employer)
        data = wizard._prepare_statement()
        report = wizard.env["ir.actions.report"]
        content, kind = report._render_xlsx("p_s.report_outstanding_statement_xlsx", self.owing.ids, data)
        self.assertEqual(kind, "xlsx")
        cells = [cell.value for row in load_workbook(io.BytesIO(content)).active for cell in row]
        self.assertIn(self.invoices["mother"].name, cells)
        self.assertIn(self.owing.name, cells)
        # Who owes nothing is left out, as on paper.
        self.assertNotIn(self.employer.name, cells)

    def test_a_statement_is_in_the_language_of_whom_it_is_for(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.env["ir.module.module"]._load_module_terms(["clinic_statement"], ["ar_001"])
        self.owing.lang = "ar_001"
        wizard = self._wizard(self.owing)
        report = wizard.env["ir.actions.report"]
        page, _kind = report._render_qweb_html(OPEN_ITEMS, None, wizard._prepare_statement())
        self.assertIn('dir="rtl"', page.decode())
        for word in ("كشف حساب", "المفتوح في", "غير مستحق", "الرصيد الختامي", "الاسم"):
            self.assertIn(word, page.decode())
        self.assertIn(self.invoices["mother"].name, page.decode())

    def test_it_is_sent_to_each_and_stays_unread_by_others(self):
        self.owing.email = "mother@example.com"
        self.child.partner_id.email = "child@example.com"
        partners = self.owing | self.child.partner_id
        wizard = self._wizard(partners, date_end=self.today)
        wizard.with_context(force_report_rendering=True).button_clinic_send()
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", partners.ids)])
        self.assertEqual(mails.recipient_ids, partners)
        self.assertEqual(len(mails), 2)
        for mail in mails:
            self.assertFalse(mail.model)
            self.assertEqual(mail.attachment_ids.mapped("mimetype"), ["application/pdf"])
            for role in ("warehouse", "reception", "practitioner"):
                files = mail.attachment_ids.with_user(self.users[role])
                self.assertFalse(files.has_access("read"))
        self.assertIn("was sent", self.owing.message_ids[0].body)

    def test_nothing_is_sent_when_an_address_is_missing(self):
        self.owing.email = "mother@example.com"
        self.employer.email = False
        before = self.env["mail.mail"].sudo().search_count([])
        with self.assertRaisesRegex(UserError, re.escape(self.employer.name)):
            self._wizard(self.owing | self.employer).button_clinic_send()
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)

    def test_without_anybody_it_says_so(self):
        for context in ({}, {"active_model": "account.move", "active_ids": [1]}):
            wizard = self.env["outstanding.statement.wizard"].with_user(self.accountant).with_context(**context)
            with self.assertRaisesRegex(UserError, "Select whom"):
                wizard.create({}).button_export_pdf()

    def test_an_invoice_leads_to_the_statement_of_who_is_billed(self):
        invoices = self.invoices["mother"] | self.invoices["worker"]
        action = invoices.with_user(self.accountant).action_clinic_statement()
        self.assertEqual(set(action["context"]["active_ids"]), {self.owing.id, self.worker.partner_id.id})
        patient = self.worker.with_user(self.users["manager"]).action_clinic_statement()
        self.assertEqual(patient["context"]["active_ids"], self.worker.partner_id.ids)

    def test_a_branch_that_is_not_switched_to_stays_unseen(self):
        wizard = self._wizard(self.owing, branches=self.north)
        data = {**wizard._prepare_statement(), "company_id": self.branch.id}
        with self.assertRaises(AccessError):
            wizard.env[f"report.{OPEN_ITEMS}"]._get_report_values([], data)


@tagged("post_install", "-at_install")
class TestStatementRights(DeskMixin, FamilyCommon):
    def test_each_role_by_rpc(self):
        partner = self.mother.partner_id
        for role in ("reception", "practitioner", "cosmetologist", "warehouse"):
            for model in (
                "outstanding.statement.wizard",
                "activity.statement.wizard",
                "detailed.activity.statement.wizard",
            ):
                self.assert_refused(role, model, "create", {}, kinds=("AccessError",))
            self.assert_refused(role, "res.partner", "action_clinic_statement", partner.ids, kinds=("AccessError",))
        for role in ("accountant", "manager"):
            _answer, error = self._ask(role, "res.partner", "action_clinic_statement", partner.ids)
            self.assertFalse(error)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_qweb")
    def test_nobody_else_prints_one_by_its_address(self):
        partner, invoice = self.mother.partner_id, self.invoices["mother"]
        new_test_user(self.env, "portal_stranger", "base.group_portal")
        names = ("outstanding", "activity", "detailed_activity")
        logins = ("test_reception", "test_practitioner", "test_warehouse", "portal_stranger", "portal_child")
        for login in logins:
            self.authenticate(login, login)
            for name in names:
                with self.subTest(login=login, name=name):
                    answer = self.url_open(f"/report/html/partner_statement.{name}_statement/{partner.id}")
                    self.assertNotIn(invoice.name, answer.text)
                    self.assertNotEqual(answer.status_code, 200)
        self.authenticate("test_accountant", "test_accountant")
        answer = self.url_open(f"/report/html/{OPEN_ITEMS}/{partner.id}")
        self.assertIn(invoice.name, answer.text)
