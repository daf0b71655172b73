from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import AccountCommon


@tagged("post_install", "-at_install")
class TestPayment(AccountCommon, HttpCase):
    """Checked out and paid at the desk by one tap."""

    def _at_the_desk(self, visit=None):
        return (visit or self._done()).with_user(self.users["reception"])

    def _payments(self, visit):
        return visit.sudo().invoice_ids.matched_payment_ids

    def test_one_tap_checks_out_and_takes_the_payment(self):
        for kind, start in (("card", 9), ("cash", 12)):
            with self.subTest(kind=kind):
                visit = self._at_the_desk(self._done(start=self._at(start)))
                self.assertEqual(visit.payment_offer()["kinds"], ["card", "cash"])
                self.assertIn("1,150", visit.payment_offer()["amount"])
                action = getattr(visit, f"action_pay_{kind}")()
                self.assertEqual((visit.payment_state, visit.amount_due), ("paid", 0))
                journal = self.company_data[f"default_journal_{'bank' if kind == 'card' else 'cash'}"]
                payment = self._payments(visit)
                self.assertEqual((payment.journal_id, payment.amount), (journal, 1150))
                self.assertEqual(action["params"]["title"], "Ayesha Test")
                self.assertIn("1,150", action["params"]["message"])
                self.assertTrue(action["params"]["receipt"].endswith(f"/{visit.invoice_id.id}"))

    def test_a_second_tap_takes_nothing(self):
        visit = self._at_the_desk()
        visit.action_pay_card()
        for again in (visit.action_pay_card, visit.action_pay_cash):
            self.assertEqual(again()["params"]["message"], "Paid already")
        self.assertEqual(len(self._payments(visit)), 1)
        self.assertEqual(len(visit.invoice_ids), 1)

    def test_a_payment_that_was_discarded_is_taken_later(self):
        visit = self._at_the_desk()
        dialog = visit.action_pay_other()
        self.assertEqual(dialog["res_model"], "account.payment.register")
        self.assertEqual((visit.is_checked_out, visit.payment_state), (True, "not_paid"))
        self.assertEqual(visit.action_pay_other()["res_model"], "account.payment.register")
        self.assertIn("1,150", visit.payment_offer()["amount"])
        visit.action_pay_cash()
        self.assertEqual((visit.payment_state, len(visit.invoice_ids)), ("paid", 1))

    def test_what_is_left_of_a_part_is_taken(self):
        visit = self._at_the_desk()
        visit.action_checkout()
        self._pay(visit.sudo().invoice_id.with_env(self.env), 150)
        self.assertIn("1,000", visit.payment_offer()["amount"])
        visit.action_pay_card()
        self.assertEqual(sorted(self._payments(visit).mapped("amount")), [150, 1000])

    def test_a_draft_is_opened_and_not_paid(self):
        visit = self._done()
        visit.action_checkout()
        visit.invoice_id.button_draft()
        visit = self._at_the_desk(visit)
        self.assertEqual(visit.payment_offer(), {"amount": "", "kinds": [], "draft": True})
        with self.assertRaisesRegex(UserError, "The invoice of Ayesha Test is a draft"):
            visit.action_pay_card()
        self.assertEqual(visit.action_pay_other()["res_id"], visit.invoice_id.id)

    def test_a_visit_that_is_not_done_is_not_paid(self):
        with self.assertRaisesRegex(UserError, "Only a visit that is done"):
            self._at_the_desk(self.book()).action_pay_card()

    def test_without_a_journal_it_says_so(self):
        self.company_data["default_journal_cash"].active = False
        visit = self._at_the_desk()
        self.assertEqual(visit.payment_offer()["kinds"], ["card"])
        with self.assertRaisesRegex(UserError, "has no journal for cash"):
            visit.action_pay_cash()

    def test_who_treats_takes_no_payment(self):
        visit = self._done(practitioner=self.doctor).with_user(self.users["practitioner"])
        for attempt in (visit.action_pay_card, visit.action_pay_other, visit.payment_offer):
            with self.assertRaises(AccessError):
                attempt()

    def test_two_taps_on_the_board(self):
        visit = self._done()
        day = self.branch._clinic_local(visit.start).date().isoformat()
        self.start_tour(f"/odoo/board?day={day}", "clinic_account_pay", login="test_reception")
        self.assertEqual((visit.payment_state, len(self._payments(visit))), ("paid", 1))
