from base64 import b64encode
from datetime import timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BooksCommon

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


@tagged("post_install", "-at_install")
class TestExpense(BooksCommon):
    def test_an_expense_is_a_posted_bill_and_paid_from_the_cash_desk(self):
        bill = self._spend(1160, journal_id=self.cash.id, tax_ids=[(6, 0, self.purchase_tax.ids)])
        self.assertEqual((bill.move_type, bill.state, bill.amount_total), ("in_invoice", "posted", 1160))
        self.assertEqual(bill.invoice_line_ids.account_id, self.rent.account_id)
        self.assertEqual(bill.company_id, self.north)
        self.assertEqual(bill.amount_residual, 0)
        self.assertEqual(bill.matched_payment_ids.mapped("journal_id"), self.cash)

    def test_without_a_vendor_it_is_a_receipt_that_is_still_to_be_paid(self):
        due = self.today + timedelta(days=9)
        bill = self._spend(500, partner_id=False, date_due=due)
        self.assertEqual((bill.move_type, bill.state, bill.amount_residual), ("in_receipt", "posted", 500))
        self.assertEqual(bill.invoice_date_due, due)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cents=st.integers(1, 10_000_000))
    def test_the_total_is_what_stands_on_the_slip(self, cents):
        with self.cr.savepoint():
            bill = self._spend(cents / 100, tax_ids=[(6, 0, self.purchase_tax.ids)])
            self.assertEqual(self.north.currency_id.compare_amounts(bill.amount_total, cents / 100), 0)
            self.assertEqual(self.north.currency_id.compare_amounts(sum(bill.line_ids.mapped("balance")), 0), 0)

    def test_what_was_chosen_by_hand_stays_when_the_branch_changes(self):
        self.rent.tax_ids = self.purchase_tax
        form = Form(self.env["clinic.expense"])
        form.company_id = self.north
        form.category_id = self.rent
        self.assertEqual(form.tax_ids[:], self.purchase_tax)
        form.tax_ids.clear()
        form.company_id = self.south
        self.assertFalse(form.tax_ids[:])
        form.category_id = self.env.ref("clinic_books.category_other")
        form.category_id = self.rent
        form.company_id = self.company_data_2["company"]
        self.assertFalse(form.tax_ids[:])

    def test_the_slip_hangs_on_the_bill(self):
        bill = self._spend(10, slip=b64encode(PIXEL), slip_name="slip.png")
        self.assertEqual(bill.message_main_attachment_id.raw, PIXEL)
        self.assertEqual(bill.message_main_attachment_id.res_id, bill.id)

    def test_advertising_says_where_and_what_for(self):
        source = self.env["utm.source"].create({"name": "Billboards"})
        campaign = self.env["utm.campaign"].create({"name": "Spring"})
        values = {"source_id": source.id, "campaign_id": campaign.id}
        self.assertFalse(self._spend(10, **values).campaign_id)
        advertising = self.env.ref("clinic_books.category_advertising")
        advertising.account_id = self.rent.account_id
        bill = self._spend(10, category_id=advertising.id, **values)
        self.assertEqual((bill.source_id, bill.campaign_id), (source, campaign))

    def test_what_is_repeated_has_its_next_bill_waiting(self):
        bill = self._spend(900, repeat="monthly")
        [following] = self.env["account.move"].search([("auto_post_origin_id", "=", bill.id), ("id", "!=", bill.id)])
        self.assertEqual((following.state, following.auto_post, following.amount_total), ("draft", "monthly", 900))
        self.assertEqual(following.clinic_expense_category_id, self.rent)
        self.assertEqual(following.company_id, self.north)
        with freeze_time(fields.Datetime.to_datetime(following.date) + timedelta(hours=12)):
            following.action_post()
        self.assertEqual(following.state, "posted")

    def test_bad_input_is_refused_and_leaves_nothing_behind(self):
        tomorrow = self.today + timedelta(days=1)
        yesterday = self.today - timedelta(days=1)
        other = self.company_data_2["default_journal_cash"]
        cases = {
            "above zero": {"amount": 0},
            "above zero ": {"amount": -5},
            "a day to come": {"date": tomorrow},
            "not due before": {"date_due": yesterday},
            "after its own date": {"repeat": "monthly", "repeat_until": yesterday},
            "bank account of this branch": {"journal_id": other.id},
            "taxes on purchases": {"tax_ids": [(6, 0, self.tax.ids)]},
            "JPEG": {"slip": b64encode(b"MZ not a picture"), "slip_name": "slip.png"},
        }
        for message, values in cases.items():
            with self.subTest(message):
                self._assert_refused(ValidationError, message.strip(), **values)

    def test_a_category_without_an_account_says_where_to_choose_one(self):
        self.rent.account_id = False
        self._assert_refused(RedirectWarning, "has no account")
        self.rent.account_id = self.company_data_2["default_account_expense"]
        self._assert_refused(RedirectWarning, "has no account")

    def test_without_a_journal_for_bills_it_says_so(self):
        self.env["account.journal"].search([("type", "=", "purchase")]).active = False
        self._assert_refused(UserError, "no journal for vendor bills")

    def test_a_journal_that_pays_nothing_out_says_so(self):
        self.cash.outbound_payment_method_line_ids.unlink()
        self._assert_refused(UserError, "no outgoing payment method", journal_id=self.cash.id)

    def test_a_closed_day_is_refused_and_not_moved_to_another(self):
        self.north.root_id.fiscalyear_lock_date = self.today - timedelta(days=3)
        self._assert_refused(UserError, "The books are closed", date=self.today - timedelta(days=4))
        self.assertEqual(self._spend(5, date=self.today - timedelta(days=2)).date, self.today - timedelta(days=2))

    def test_a_category_takes_accounts_of_expenses_only(self):
        with self.assertRaises(ValidationError):
            self.rent.account_id = self.company_data["default_account_revenue"]

    def test_post_and_next_offers_the_form_again(self):
        action = self._expense(30).action_post_and_new()
        self.assertEqual(action["res_model"], "clinic.expense")
        self.assertEqual(action["context"]["default_company_id"], self.north.id)

    def _assert_refused(self, kind, message, **values):
        before = self.env["account.move"].search_count([])
        with self.assertRaisesRegex(kind, message), self.cr.savepoint():
            self._spend(values.pop("amount", 100), **values)
        self.assertEqual(self.env["account.move"].search_count([]), before)
