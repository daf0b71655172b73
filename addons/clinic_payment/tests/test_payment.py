from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PaymentCommon


@tagged("post_install", "-at_install")
class TestPayment(PaymentCommon):
    """What becomes of money; the patient's account is looked at by SQL each time: (balance, open, documents)."""

    def setUp(self):
        super().setUp()
        self.visit = self._held()

    def _of_patient(self):
        return self.env["account.payment"].search([("partner_id", "=", self.patient.partner_id.id)])

    def test_paid_in_time_it_is_booked_and_taken_off_at_checkout(self):
        payment = self._paid(self._transaction(self.visit))
        self.assertEqual((self.visit.state, self.visit.deposit_state), ("booked", "paid"))
        self.assertRecordValues(
            payment,
            [
                {
                    "amount": 1150,
                    "clinic_visit_id": self.visit.id,
                    "clinic_outcome": "confirmed",
                    "company_id": self.branch.id,
                    "partner_id": self.patient.partner_id.id,
                }
            ],
        )
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
        self._perform(self.visit)
        self.visit.action_pay_cash()
        self.assertEqual((self.visit.payment_state, self._ledger()), ("paid", (0, 0, 3)))

    def test_a_deposit_above_the_bill_leaves_credit(self):
        payment = self._paid(self._transaction(self.visit, 9000))
        self.assertEqual(self.visit.state, "booked")
        self._perform(self.visit)
        self.assertEqual(self.visit.amount_to_pay, 0)
        self.visit.action_checkout()
        self.assertEqual((self.visit.payment_state, self._ledger()), ("paid", (-3250, -3250, 2)))
        self.assertEqual((payment.clinic_open_amount, payment.clinic_without_visit), (3250, True))

    def test_post_processing_again_and_again_counts_once(self):
        tx = self._transaction(self.visit)
        payment = self._paid(tx)
        for _again in range(5):
            tx.is_post_processed = False
            tx._set_done()
            tx._post_process()
        self.assertEqual((self._of_patient(), self.visit.state), (payment, "booked"))
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
        self.assertFalse(self.visit.activity_ids)

    def test_a_transaction_has_one_payment_whatever_happens(self):
        payment = self._paid(self._transaction(self.visit))
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            payment.copy({"payment_transaction_id": payment.payment_transaction_id.id})
            self.env.flush_all()

    def test_the_post_processing_is_triggered_at_once(self):
        cron = self.env.ref("payment.cron_post_process_payment_tx")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self._transaction(self.visit)._set_done()
        self.assertGreater(triggers.search_count([("cron_id", "=", cron.id)]), before)

    def test_a_part_is_waited_for_and_the_rest_confirms(self):
        self._paid(self._transaction(self.visit, 400))
        self.assertEqual((self.visit.state, self.visit.deposit_due), ("held", 750))
        self._paid(self._transaction(self.visit))
        self.assertEqual((self.visit.state, self.visit.deposit_paid), ("booked", 1150))

    def test_a_part_of_a_visit_that_was_given_up_is_a_task(self):
        self._paid(self._transaction(self.visit, 400))
        self._expire(self.visit)
        self.assertEqual(self.visit.state, "cancelled")
        self.assertIn("400.00", self.visit.activity_ids.summary)

    def test_paid_twice_the_second_is_credit_with_a_task(self):
        first, second = self._transaction(self.visit), self._transaction(self.visit)
        self._paid(first)
        payment = self._paid(second)
        self.assertEqual((payment.clinic_outcome, self.visit.deposit_paid), ("counted", 2300))
        self.assertIn("1,150.00", self.visit.activity_ids.summary)
        self.assertEqual(self._ledger(), (-2300, -2300, 2))

    def test_what_fails_or_is_given_up_changes_nothing(self):
        for name in ("_set_error", "_set_canceled", "_set_pending"):
            tx = self._transaction(self.visit)
            getattr(tx, name)(state_message="No")
            tx._post_process()
        self.assertEqual((self.visit.state, self.visit.deposit_state), ("held", "due"))
        self.assertFalse(self._of_patient())

    # -- late ---------------------------------------------------------------------------------------------------------

    def test_the_hold_s_end_cancels_no_transaction(self):
        tx = self._transaction(self.visit)
        tx._set_pending()
        self._expire(self.visit)
        self.assertEqual((self.visit.state, tx.state), ("cancelled", "pending"))

    def test_late_but_nobody_has_released_it(self):
        tx = self._transaction(self.visit)
        with freeze_time(self.visit.expires_at + timedelta(minutes=3)):
            payment = self._paid(tx)
        self.assertEqual((self.visit.state, payment.clinic_outcome), ("booked", "confirmed"))

    def test_late_and_the_time_is_free_it_is_booked_again(self):
        tx = self._transaction(self.visit)
        self._expire(self.visit)
        payment = self._paid(tx)
        again = self.visit.rebooked_as_id
        self.assertEqual((payment.clinic_outcome, payment.clinic_visit_id), ("rebooked", again))
        self.assertRecordValues(
            again, [{"state": "booked", "start": self.visit.start, "deposit_state": "paid", "deposit_paid": 1150}]
        )
        self.assertEqual((again.patient_id, again.practitioner_ids), (self.patient, self.doctor))
        self.assertEqual((self.visit.state, self.visit.deposit_paid), ("cancelled", 0))
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
        # Once more changes nothing.
        tx._post_process()
        self.assertEqual(self.env["clinic.visit"].search_count([("patient_id", "=", self.patient.id)]), 2)
        self._perform(again)
        again.action_pay_card()
        self.assertEqual((again.payment_state, self._ledger()), ("paid", (0, 0, 3)))

    def _take_the_time(self):
        self._expire(self.visit)
        self.rule.active = False
        patient = self.env["clinic.patient"].create({"name": "Faster"})
        visits = self.env["clinic.visit"].with_company(self.branch)
        return visits.book(patient, self.laser, self.visit.start, self.doctor)

    def test_late_and_the_time_is_taken_it_is_credit(self):
        tx = self._transaction(self.visit)
        other = self._take_the_time()
        payment = self._paid(tx)
        self.assertEqual((payment.clinic_outcome, payment.clinic_visit_id), ("credit", self.visit))
        self.assertEqual((self.visit.state, other.state), ("cancelled", "booked"))
        self.assertFalse(self.visit.rebooked_as_id)
        self.assertIn("1,150.00", self.visit.activity_ids.summary)
        self.assertNotIn("Laser", self.visit.activity_ids.summary)
        self.assertEqual(self._ledger(), (-1150, -1150, 1))
        listed = self.env["account.payment"].with_user(self.users["accountant"])
        found = listed.search([("clinic_without_visit", "=", True)])
        self.assertIn(payment, found)
        self.assertIn("Offer another time", found.filtered(lambda one: one.id == payment.id).clinic_to_do)
        # It pays the next visit, and stands in the list no more.
        done = self._done(start=self._at(15))
        [credit] = self._screen().load(done.id)["credits"]
        self._screen().pay(done.id, 1150, [], [credit["id"]])
        self.assertNotIn(payment, listed.search([("clinic_without_visit", "=", True)]))
        self.assertEqual(self._ledger(), (0, 0, 2))

    def test_late_and_the_branch_pays_back(self):
        self.branch.clinic_late_money = "refund"
        tx = self._transaction(self.visit)
        self._take_the_time()
        payment = self._paid(tx)
        self.assertEqual(payment.clinic_outcome, "refund")
        self.assertIn("Pay it back", payment.clinic_to_do)
        self.assertIn("pay it back", self.visit.activity_ids.summary)
        self.assertEqual(self._ledger(), (-1150, -1150, 1))

    def test_later_than_the_visit_itself_it_is_credit(self):
        tx = self._transaction(self.visit)
        self._expire(self.visit)
        with freeze_time(self.visit.start + timedelta(minutes=1)):
            payment = self._paid(tx)
        self.assertEqual((payment.clinic_outcome, self.visit.state), ("credit", "cancelled"))

    def test_what_somebody_has_cancelled_stays_cancelled(self):
        tx = self._transaction(self.visit)
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        payment = self._paid(tx)
        self.assertEqual((payment.clinic_outcome, self.visit.state), ("credit", "cancelled"))

    def test_a_payment_that_is_taken_back_is_due_again(self):
        payment = self._paid(self._transaction(self.visit))
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual((self.visit.deposit_paid, self.visit.deposit_state), (0, "due"))

    # -- what is said -------------------------------------------------------------------------------------------------

    def test_asked_reminded_and_told_once_each(self):
        self.rule.phone_hours = 24
        for minutes in (5, 6, 7):
            self._queue(self._now(minutes=minutes))
        [asked] = self._of(self.visit, "deposit_asked")
        self.assertRegex(asked.body, r"Please pay .*1,150.00 by [\s\S]*\{pay\}")
        self.assertNotIn("Laser", asked.body)
        self._queue(self.visit.expires_at - timedelta(hours=4))
        self.assertFalse(self._of(self.visit, "deposit_reminder"))
        for minutes in (170, 100):
            self._queue(self.visit.expires_at - timedelta(minutes=minutes))
        self.assertEqual(len(self._of(self.visit, "deposit_reminder")), 1)
        self._expire(self.visit)
        for minutes in (5, 10):
            self._queue(self.visit.expires_at + timedelta(minutes=minutes))
        self.assertEqual(len(self._of(self.visit, "deposit_over")), 1)
        # Of a booking that never was nothing else is said.
        self.assertEqual(len(self._of(self.visit)), 3)

    def test_a_reminder_that_is_true_no_more_is_not_sent(self):
        self._queue()
        [asked] = self._of(self.visit, "deposit_asked")
        self._paid(self._transaction(self.visit))
        self._deliver()
        self.assertEqual(asked.state, "cancelled")

    def test_money_that_came_too_late_is_told(self):
        tx = self._transaction(self.visit)
        self._take_the_time()
        self._paid(tx)
        self._queue()
        self._queue(self._now(minutes=9))
        [told] = self._of(self.visit, "money_late")
        self.assertIn("too late", told.body)
        self.assertFalse(self._of(self.visit, "deposit_over"))

    def test_booked_again_the_patient_gets_a_confirmation(self):
        tx = self._transaction(self.visit)
        self._expire(self.visit)
        self._paid(tx)
        self._queue()
        self.assertEqual(len(self._of(self.visit.rebooked_as_id, "booked")), 1)
        self.assertFalse(self._of(self.visit, "deposit_over"))

    def test_the_board_says_it(self):
        user = self.users["reception"]
        user.write({"company_ids": [Command.set(self.branch.ids)], "company_id": self.branch.id})
        board = self.env["clinic.board"].with_user(user).with_company(self.branch)
        day = self.branch._clinic_local(self.visit.start).date().isoformat()

        def card():
            return next(one for one in board.load(day)["procedures"] if one["visit_id"] == self.visit.id)

        self.assertIn("1,150.00", next(flag["label"] for flag in card()["flags"] if flag["kind"] == "deposit_due"))
        self.assertNotIn("confirm", card()["steps"])
        self._paid(self._transaction(self.visit))
        self.assertIn("deposit_paid", [flag["kind"] for flag in card()["flags"]])
