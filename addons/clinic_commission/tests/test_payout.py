import io
import zipfile

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import CommissionCommon

PAYROLL = "/clinic_commission/payroll?statements="


@tagged("post_install", "-at_install")
class TestPayout(DeskMixin, CommissionCommon, HttpCase):
    """From a reviewed month to payroll and the books, asked as each role asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule(percent=40)
        cls.visits = cls._invoiced(practitioner=cls.doctor)
        cls.visits |= cls._invoiced(practitioner=cls.cosmetologist, start=cls._at(14))
        cls.statements = cls.env["clinic.commission.statement"]
        cls.made = cls.statements._generate(cls.branch._clinic_today(), cls.branch)
        cls.own = cls.made.filtered(lambda statement: statement.practitioner_id == cls.doctor)
        cls.other = cls.made - cls.own
        cls.env.flush_all()

    def _set_up_books(self, how):
        self.branch.write(
            {
                "clinic_commission_booking": how,
                "clinic_commission_expense_id": self.company_data["default_account_expense"].id,
                "clinic_commission_payable_id": self.company_data["default_account_payable"].id,
            }
        )
        self.made.action_approve()

    # -- payroll ------------------------------------------------------------------------------------------------------

    def test_the_payroll_list_has_a_row_for_everybody(self):
        self.made.action_approve()
        accountant = self.statements.with_user(self.users["accountant"])
        action = accountant.action_payroll()
        self.assertEqual(action["target"], "download")
        self.env.flush_all()
        self.authenticate("test_accountant", "test_accountant")
        answer = self.url_open(action["url"])
        self.assertEqual(answer.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            texts = file.read("xl/sharedStrings.xml").decode()
            cells = file.read("xl/worksheets/sheet1.xml").decode()
        for word in ("Dr Sana", "Hina", "To Pay", self.branch.name, self.branch.currency_id.name):
            self.assertIn(word, texts)
        self.assertEqual(cells.count("<v>400</v>"), 2)
        self.assertEqual(cells.count("<v>1000</v>"), 2)

    def test_a_name_that_looks_like_a_formula_stays_a_name(self):
        self.doctor.employee_id.name = '=HYPERLINK("http://x")'
        self.made.action_approve()
        with zipfile.ZipFile(io.BytesIO(self.made._payroll_xlsx())) as file:
            self.assertNotIn("<f>", file.read("xl/worksheets/sheet1.xml").decode())

    def test_only_who_keeps_the_books_gets_the_payroll_list(self):
        self.own.action_approve()
        self.env.flush_all()
        for login, status in (("accountant", 200), ("practitioner", 403), ("reception", 403), ("warehouse", 403)):
            self.authenticate(f"test_{login}", f"test_{login}")
            self.assertEqual(self.url_open(f"{PAYROLL}{self.own.id}").status_code, status, login)
        self.authenticate("test_accountant", "test_accountant")
        for words in ("", "0", "x", f"{10**12}", "-1"):
            self.assertEqual(self.url_open(PAYROLL + words).status_code, 404, words)

    def test_a_draft_goes_to_no_payroll(self):
        with self.assertRaisesRegex(UserError, "no approved statements"):
            self.statements.action_payroll()
        with self.assertRaisesRegex(UserError, "is a draft"):
            self.own.action_payroll()

    # -- the books ----------------------------------------------------------------------------------------------------

    def test_a_statement_is_booked_by_an_entry_once(self):
        self._set_up_books("entry")
        self.own.with_user(self.users["accountant"]).action_book()
        move = self.own.move_id
        self.assertEqual((move.state, move.move_type), ("posted", "entry"))
        self.assertRecordValues(
            move.line_ids.sorted("balance"),
            [
                {"account_id": self.company_data["default_account_payable"].id, "balance": -400},
                {"account_id": self.company_data["default_account_expense"].id, "balance": 400},
            ],
        )
        self.assertNotIn("Facial", str(move.line_ids.mapped("name")) + (move.ref or ""))
        with self.assertRaisesRegex(UserError, "is booked already"):
            self.own.action_book()
        with self.assertRaisesRegex(UserError, "is booked by"):
            self.own.action_take_back()
        move.button_draft()
        move.button_cancel()
        self.own.action_take_back()
        self.assertEqual(self.own.state, "draft")

    def test_a_statement_is_booked_by_a_bill(self):
        self._set_up_books("bill")
        self.made.action_book()
        self.assertEqual(self.made.move_id.mapped("move_type"), ["in_invoice"] * 2)
        self.assertEqual(self.made.move_id.mapped("amount_total"), [400, 400])

    def test_what_was_booked_and_reversed_is_booked_again(self):
        self._set_up_books("entry")
        self.own.action_book()
        first = self.own.move_id
        self.assertTrue(self.own.is_booked)
        first._reverse_moves([{"date": first.date}]).action_post()
        self.assertFalse(self.own.is_booked)
        self.own.with_user(self.users["accountant"]).action_book()
        self.assertNotEqual(self.own.move_id, first)
        self.assertEqual((self.own.move_id.state, self.own.move_id.amount_total), ("posted", 400))
        self.own.move_id._reverse_moves([{"date": first.date}]).action_post()
        self.own.action_take_back()
        self.assertEqual(self.own.state, "draft")

    def test_a_bill_of_which_a_part_is_refunded_stays_booked(self):
        self._set_up_books("bill")
        self.own.action_book()
        bill = self.own.move_id
        bill.action_post()
        for price, booked in ((100, True), (300, False)):
            refund = bill._reverse_moves([{"invoice_date": bill.invoice_date}])
            refund.invoice_line_ids.price_unit = price
            refund.action_post()
            self.assertEqual(self.own.is_booked, booked)

    def test_what_keeps_a_statement_out_of_the_books(self):
        with self.assertRaisesRegex(UserError, "approve it first"):
            self.own.action_book()
        self.own.action_approve()
        with self.assertRaisesRegex(UserError, "has no accounts for commissions"):
            self.own.action_book()

    # -- by each role, over JSON-RPC ----------------------------------------------------------------------------------

    def test_nobody_approves_their_own_and_practitioners_approve_nothing(self):
        doctor = self.users["practitioner"]
        doctor.group_ids |= self.env.ref("clinic.group_accountant")
        self.env.flush_all()
        self.assert_refused("practitioner", "clinic.commission.statement", "action_approve", self.own.ids)
        self.own.action_approve()
        self.env.flush_all()
        for button in ("action_paid", "action_book"):
            _answer, error = self._ask("practitioner", "clinic.commission.statement", button, self.own.ids)
            self.assertIn("UserError", error, button)
        self.assertEqual(self.own.state, "approved")
        self.own.action_take_back()
        doctor.group_ids -= self.env.ref("clinic.group_accountant")
        self.env.flush_all()
        for button in ("action_approve", "action_paid", "action_book", "action_payroll", "action_take_back"):
            for login in ("practitioner", "cosmetologist", "reception", "warehouse"):
                self.assert_refused(login, "clinic.commission.statement", button, self.own.ids)
        self.assertEqual(self.own.state, "draft")

    def test_nobody_reads_what_others_earn(self):
        self.made.action_approve()
        self.env.flush_all()
        entries = self._entries(self.visits[1])
        for model, record in (("clinic.commission.statement", self.other), ("clinic.commission.entry", entries)):
            self.assert_refused("practitioner", model, "read", record.ids, ["amount"])
            found, _error = self._ask("practitioner", model, "search_read", [], ["practitioner_id"])
            self.assertEqual({row["practitioner_id"][0] for row in found}, {self.doctor.id})
        answer, _error = self._ask(
            "practitioner", "clinic.commission.entry", "formatted_read_group", [], ["practitioner_id"], ["amount:sum"]
        )
        self.assertEqual([row["amount:sum"] for row in answer], [400])

    def test_rules_guarantees_and_trials_are_the_managers(self):
        rule = self.rules.search([], limit=1)
        for login in ("practitioner", "cosmetologist", "reception", "warehouse", "accountant"):
            for model in ("clinic.commission.rule", "clinic.commission.tier", "clinic.commission.limit"):
                self.assert_refused(login, model, "search_read", [], [])
            for button in ("action_try_change", "action_what_if", "action_activate"):
                self.assert_refused(login, "clinic.commission.rule", button, rule.ids)
            self.assert_refused(login, "clinic.commission.trial", "onchange", [], {"rule_id": rule.id}, [], {})

    def test_who_took_part_is_said_by_reception(self):
        visit = self._done(practitioner=self.doctor, start=self._at(16))
        self.env.flush_all()
        row = {"procedure_id": visit.procedure_ids.id, "practitioner_id": self.cosmetologist.id, "role": "assistant"}
        for login in ("cosmetologist", "practitioner", "warehouse", "accountant"):
            self.assert_refused(login, "clinic.procedure.participant", "create", [row])
        made, error = self._ask("reception", "clinic.procedure.participant", "create", [row])
        self.assertEqual((len(made), error), (1, None))
        for share in (0, 101, -1):
            self.assert_refused("reception", "clinic.procedure.participant", "write", made, {"share": share})

    def test_the_ledger_is_written_by_nobody(self):
        entry = self._entries(self.visits[0])
        for login in ("manager", "accountant", "practitioner"):
            for method, *args in (
                ("write", entry.ids, {"amount": 9}),
                ("create", [{"amount": 9}]),
                ("unlink", entry.ids),
                ("_earn", []),
                ("_take_back", "x", 0, 1, "2026-01-01"),
            ):
                _answer, error = self._ask(login, "clinic.commission.entry", method, *args)
                self.assertTrue(error, f"{login}: {method}")
        self.assertEqual(entry.amount, 400)

    def test_a_seller_comes_with_the_procedures_form(self):
        """A participant comes with the procedure's form, too."""
        visit = self._done(practitioner=self.doctor, start=self._at(17))
        line = Command.create({"practitioner_id": self.cosmetologist.id, "role": "seller", "share": 100})
        visit.procedure_ids.with_user(self.users["reception"]).participant_ids = [line]
        self.assertEqual(visit.procedure_ids.participant_ids.role, "seller")
