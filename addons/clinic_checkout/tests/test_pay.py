from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BARCODE, CheckoutCommon


@tagged("post_install", "-at_install")
class TestPay(CheckoutCommon):
    def _payments(self, visit):
        return visit.invoice_ids.matched_payment_ids.sorted("id")

    def _assert_nothing_posted(self, visit):
        self.env.invalidate_all()
        self.assertFalse(visit.invoice_ids)
        self.assertFalse(self.env["account.payment"].search([("partner_id", "=", self.patient.partner_id.id)]))

    def _refused(self, text, visit, *args, role="reception", **kwargs):
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            self._screen(role).pay(visit.id, *args, **kwargs)

    def test_a_split_payment_with_change(self):
        visit = self._done()
        self._screen().scan(visit.id, BARCODE)
        screen = self._screen().pay(visit.id, 1380, [self._part(self.card, 1000), self._part(self.cash, 380, 500)])
        self.assertTrue(screen["taken"])
        self.assertEqual((visit.payment_state, visit.amount_due), ("paid", 0))
        self.assertRecordValues(
            self._payments(visit),
            [
                {"amount": 1000, "journal_id": self.card.journal_id.id, "clinic_received": 0},
                {"amount": 380, "journal_id": self.cash.journal_id.id, "clinic_received": 500},
            ],
        )
        self.assertEqual([row["change"] for row in screen["payments"]], [0, 120])
        self.assertEqual((screen["due"], screen["visit"]["is_checked_out"]), (0, True))

    def test_a_second_tap_gets_the_same_answer(self):
        visit = self._done()
        first = self._screen().pay(visit.id, 1150, [self._part(self.cash, 1150)])
        second = self._screen().pay(visit.id, 1150, [self._part(self.cash, 1150)])
        self.assertEqual((first.pop("taken"), second.pop("taken")), (True, False))
        self.assertEqual(first, second)
        self.assertEqual((len(visit.invoice_ids), len(self._payments(visit))), (1, 1))

    def test_what_stays_unpaid_needs_a_right_and_is_paid_later(self):
        visit = self._done()
        self._refused("150.00 would stay unpaid; you may leave", visit, 1150, [self._part(self.card, 1000)])
        self._refused("would stay unpaid", visit, 1150, [])
        self._assert_nothing_posted(visit)
        self.branch.clinic_debt_reception = 150
        self._refused("would stay unpaid", visit, 1150, [self._part(self.card, 999)])
        self._screen().pay(visit.id, 1150, [self._part(self.card, 1000)])
        self.assertEqual((visit.payment_state, visit.amount_due), ("partial", 150))
        screen = self._screen().load(visit.id)
        self.assertEqual((screen["due"], screen["problem"]), (150, ""))
        # The second tap on the first bill takes nothing of the rest.
        self.assertFalse(self._screen().pay(visit.id, 1150, [self._part(self.card, 150)])["taken"])
        # A debt that stands is paid off in parts by anyone, whatever is left of it.
        self.branch.clinic_debt_reception = 0
        screen = self._screen().pay(visit.id, 150, [self._part(self.cash, 50)])
        self.assertEqual((screen["due"], screen["debt_limit"]), (100, None))
        self._screen().pay(visit.id, 100, [self._part(self.cash, 100)])
        self.assertEqual(visit.payment_state, "paid")

    def test_two_open_invoices_are_paid_in_parts(self):
        visit = self._done()
        visit.action_checkout()
        further = visit.invoice_id._clinic_writing().with_context(include_business_fields=True)
        [values] = further.copy_data({"debit_origin_id": visit.invoice_id.id})
        values.pop("debit_origin_id")
        today = {"invoice_date": visit.invoice_id.invoice_date}
        self.env["account.move"].sudo().create({**values, **today}).action_post()
        self.assertEqual(visit.amount_due, 2300)
        self._screen("manager").pay(visit.id, 2300, [self._part(self.card, 1000)])
        self.assertEqual((visit.payment_state, visit.amount_due), ("partial", 1300))
        screen = self._screen().pay(visit.id, 1300, [self._part(self.cash, 1300, 1500)])
        self.assertEqual((visit.payment_state, visit.amount_due), ("paid", 0))
        self.assertEqual(sum(self._payments(visit).mapped("amount")), 2300)
        self.assertEqual(sum(row["change"] for row in screen["payments"]), 200)

    def test_a_journal_of_another_currency_takes_nothing_here(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        journal = self.env["account.journal"].create(
            {"name": "Euro cash", "type": "cash", "code": "EURC", "currency_id": euro.id, "company_id": self.branch.id}
        )
        visit = self._done()
        offered = {method["id"] for method in self._screen().load(visit.id)["methods"]}
        self.assertIn(self.cash.id, offered)
        self.assertFalse(offered & set(journal.inbound_payment_method_line_ids.ids))
        self._refused("does not take", visit, 1150, [self._part(journal.inbound_payment_method_line_ids[:1], 1150)])

    def test_credited_in_full_it_may_be_taken_out_of_the_basket(self):
        visit = self._done()
        self._screen().scan(visit.id, BARCODE)
        self._screen().pay(visit.id, 1380, [self._part(self.cash, 1380)])
        self._credit(visit.invoice_id)
        [row] = [row for row in self._screen().load(visit.id)["rows"] if row["kind"] == "product"]
        screen = self._screen().set_quantity(visit.id, row["id"], 0)
        self.assertEqual(screen["total"], 1150)
        self.assertEqual(self._screen().scan(visit.id, BARCODE)["total"], 1380)

    def test_a_quantity_gives_nothing_away(self):
        visit = self._done()
        [row] = [row for row in self._screen().scan(visit.id, BARCODE)["rows"] if row["kind"] == "product"]
        with self.assertRaisesRegex(UserError, "whole pieces"):
            self._screen().set_quantity(visit.id, row["id"], 0.1)
        self._screen("manager").set_discount(visit.id, [row["key"]], 90, "The bottle is dented")
        with self.assertRaisesRegex(UserError, "Ask a manager"):
            self._screen().set_quantity(visit.id, row["id"], 2)
        self._screen("manager").set_quantity(visit.id, row["id"], 2)

    def test_a_manager_may_leave_all_of_it_unpaid(self):
        visit = self._done()
        self._screen("manager").pay(visit.id, 1150, [])
        self.assertEqual((visit.payment_state, visit.amount_due), ("not_paid", 1150))
        self.assertFalse(self._screen("manager").pay(visit.id, 1150, [])["taken"])

    def test_the_old_button_leads_who_may_not_leave_it_unpaid_to_the_screen(self):
        visit = self._done()
        action = visit.with_user(self.users["reception"]).action_checkout()
        self.assertEqual((action["tag"], action["params"]), ("clinic_checkout", {"visit_id": visit.id}))
        self._assert_nothing_posted(visit)
        self.assertEqual(
            visit.with_user(self.users["manager"]).action_checkout()["res_model"], "account.payment.register"
        )

    def test_credit_of_the_patient_is_taken_off(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.patient.partner_id.id,
                "amount": 400,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        visit = self._done()
        [credit] = self._screen().load(visit.id)["credits"]
        self.assertEqual((credit["amount"], credit["name"]), (400, "Paid in advance"))
        self._screen().pay(visit.id, 1150, [self._part(self.cash, 750)], [credit["id"]])
        self.assertEqual((visit.payment_state, self.patient.amount_due), ("paid", 0))
        other = self._done(start=self._at(14))
        self.assertFalse(self._screen().load(other.id)["credits"])
        self._refused("A credit was used", other, 1150, [self._part(self.cash, 750)], credits=[credit["id"]])

    def test_a_credit_above_the_bill_leaves_the_rest(self):
        first = self._done()
        first.action_checkout()
        self._pay(first.invoice_id)
        self._credit(first.invoice_id)
        visit = self._done(start=self._at(14))
        visit.procedure_ids.with_user(self.users["manager"]).discount = 50
        [credit] = self._screen().load(visit.id)["credits"]
        self.assertEqual((credit["amount"], credit["name"]), (1150, "Credit note"))
        self._screen().pay(visit.id, 575, [], [credit["id"]])
        self.assertEqual((visit.payment_state, self.patient.amount_due), ("paid", -575))

    def test_the_family_s_credit_is_not_offered(self):
        child = self.env["clinic.patient"].sudo().create({"name": "Child", "parent_id": self.patient.partner_id.id})
        first = self._done()
        first.action_checkout()
        self._pay(first.invoice_id)
        self._credit(first.invoice_id)
        visit = self.env["clinic.visit"].with_company(self.branch).book(child, self.facial, self._at(14))
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.procedure_ids.action_start()
            visit.procedure_ids.action_done()
        self.assertFalse(self._screen().load(visit.id)["credits"])

    def test_payments_that_do_not_fit_post_nothing(self):
        visit = self._done()
        for text, parts in (
            ("Only .*1,150.00 is to be paid; .*50.00 is too much", [self._part(self.card, 1200)]),
            ("too much", [self._part(self.card, 1000), self._part(self.cash, 151)]),
            ("above zero", [self._part(self.card, 0)]),
            ("above zero", [self._part(self.card, -5), self._part(self.cash, 1155)]),
            ("Change is given for cash", [self._part(self.card, 1150, 2000)]),
            ("Change is given for cash", [self._part(self.cash, 1150, 100)]),
            ("Give a number", [self._part(self.cash, "1150")]),
            ("Give a number", [self._part(self.cash, float("nan"))]),
            ("does not take payments by this method", [{"method_id": 987654, "amount": 1150}]),
            ("Choose an existing", [{"method_id": 0, "amount": 1150}]),
            ("missing", [{}]),
        ):
            with self.subTest(parts=parts):
                self._refused(text, visit, 1150, parts)
        self._assert_nothing_posted(visit)

    def test_a_bill_that_has_changed_is_looked_at_again(self):
        visit = self._done()
        self._screen().scan(visit.id, BARCODE)
        self._refused("has changed in the meantime: it is .*1,380", visit, 1150, [self._part(self.cash, 1150)])
        self._assert_nothing_posted(visit)

    def test_what_cannot_be_checked_out_says_why(self):
        booked = self.book(start=self._at(15))
        self.assertIn("Only a visit that is done", self._screen().load(booked.id)["problem"])
        self._refused("Only a visit that is done", booked, booked.amount_to_pay, [])
        with self.assertRaisesRegex(UserError, "no longer there"):
            self._screen().load(987654321)
        draft = self._done()
        draft.action_checkout()
        draft.invoice_id.button_draft()
        self.assertIn("is a draft", self._screen().load(draft.id)["problem"])
        self._refused("is a draft", draft, 1150, [self._part(self.cash, 1150)])

    def test_a_closed_day_is_not_posted_to(self):
        visit = self._done()
        self.branch.fiscalyear_lock_date = self.branch._clinic_today()
        self._refused("The accountant has closed", visit, 1150, [self._part(self.cash, 1150)])
        self._assert_nothing_posted(visit)

    def test_without_journals_or_accounts_it_says_so(self):
        visit = self._done()
        self.company_data["default_journal_cash"].active = False
        self._refused("does not take payments by this method", visit, 1150, [self._part(self.cash, 1150)])
        self._screen().set_tip(visit.id, self.cosmetologist.id, 50)
        self.branch.clinic_tip_account_id = False
        self._refused("no account", visit, 1200, [self._part(self.card, 1200)])
        self._assert_nothing_posted(visit)

    def test_what_costs_nothing_is_posted_without_a_payment(self):
        visit = self._done()
        visit.procedure_ids.with_user(self.users["manager"]).discount = 100
        screen = self._screen().pay(visit.id, 0, [])
        self.assertEqual((screen["visit"]["payment_state"], screen["due"]), ("paid", 0))

    def test_credited_in_full_it_is_checked_out_again(self):
        visit = self._done()
        self._screen().pay(visit.id, 1150, [self._part(self.cash, 1150)])
        self._credit(visit.invoice_id)
        screen = self._screen().scan(visit.id, BARCODE)
        self.assertEqual((screen["due"], screen["total"], len(screen["credits"])), (1380, 1380, 1))
        self._screen().pay(visit.id, 1380, [self._part(self.card, 230)], [screen["credits"][0]["id"]])
        self.assertEqual((visit.payment_state, len(visit.invoice_ids)), ("paid", 3))

    def test_the_receipt_says_what_was_paid_in_the_patient_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.patient.partner_id.lang = "fr_FR"
        visit = self._done()
        self._screen().pay(visit.id, 1150, [self._part(self.card, 150), self._part(self.cash, 1000, 2000)])
        report = self.env["ir.actions.report"].with_user(self.users["reception"])
        html, _kind = report._render_qweb_html("clinic_checkout.report_receipt", visit.invoice_id.ids)
        text = html.decode()
        self.assertIn(visit.invoice_id.name, text)
        self.assertIn('data-oe-lang="fr_FR"', text)
        self.assertRegex(text, "Received[\\s\\S]*2.000[,.]00[\\s\\S]*Change[\\s\\S]*1.000[,.]00")
        self.assertNotIn("Facial", text)

    def test_a_receipt_says_what_is_paid_of_its_own_invoice(self):
        one, other = self._done(), self._done(start=self._at(13))
        one._check_out()
        other._check_out()
        for journal in self.card.journal_id | self.cash.journal_id:
            journal.inbound_payment_method_line_ids.payment_account_id = journal.default_account_id
        invoices = one.invoice_id | other.invoice_id
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        values = {"journal_id": self.card.journal_id.id, "group_payment": True}
        payment = register.create(values)._create_payments()
        self.assertEqual(payment.amount, 2300)
        for visit in one | other:
            self.assertEqual([row["amount"] for row in visit.invoice_id._clinic_paid_by()], [1150])
        # Taken off by the accountant, it stands on the other one alone.
        partials = one.invoice_id.line_ids.matched_credit_ids
        one.invoice_id.js_remove_outstanding_partial(partials.id)
        self.assertFalse(one.invoice_id._clinic_paid_by())
        self.assertEqual([row["amount"] for row in other.invoice_id._clinic_paid_by()], [1150])

    def test_each_journal_of_the_branch_is_a_way_of_paying(self):
        methods = self._screen().load(self._done().id)["methods"]
        self.assertEqual([method["id"] for method in methods if method["is_cash"]], self.cash.ids)
        till = self.cash.journal_id.copy({"name": "Till 2", "company_id": self.branch.id})
        self.assertIn(
            till.name, [method["name"] for method in self._screen().load(self._done(start=self._at(14)).id)["methods"]]
        )

    def test_an_unpaid_visit_counts_what_was_owed_before(self):
        visit = self._done()
        self._screen("manager").pay(visit.id, 1150, [])
        other = self._done(start=self._at(14))
        self.assertEqual(self._screen().load(other.id)["visit"]["owed_before"], 1150)
