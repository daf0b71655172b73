from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JazzCashCommon


@tagged("post_install", "-at_install")
class TestInquiry(JazzCashCommon):
    """What JazzCash is asked, by the scheduled action and while the customer waits."""

    def _opened(self, status="Pending"):
        transaction = self._pay()
        self._open_page(transaction)
        self.sandbox.payments[transaction.reference]["status"] = status
        return transaction

    def _make_due(self, transaction):
        transaction.jazzcash_next_inquiry = fields.Datetime.now()
        self.env.flush_all()

    def test_pending_then_paid(self):
        transaction = self._opened()
        self._run_cron(minutes=11)
        self.assert_state(transaction, "pending")
        self.sandbox.payments[transaction.reference]["status"] = "Completed"
        triggered = self._triggered()
        with self.assert_silent():
            self._run_cron(minutes=22)
        self.assert_state(transaction, "done")
        self.assertGreater(self._triggered(), triggered)
        self._run_cron(days=1)
        self.assertEqual(len(self.sandbox.asked("Inquire")), 2)

    def test_paid_after_all_other_ends(self):
        for status, state in (("Dropped", "cancel"), ("Failed", "error")):
            transaction = self._pay()
            self._press(transaction, self._open_page(transaction), status)
            self.assert_state(transaction, state)
            self.sandbox.payments[transaction.reference]["status"] = "Completed"
            self._run_cron(minutes=11)
            self.assert_state(transaction, "done")

    def test_while_the_customer_waits_but_not_too_early_and_not_each_time(self):
        transaction = self._opened("Completed")
        for _ in range(3):
            self.assertEqual(self._poll(transaction)["state"], "draft")
        self.assertFalse(self.sandbox.asked("Inquire"))
        self._make_due(transaction)
        self.sandbox.payments[transaction.reference]["status"] = "Pending"
        for _ in range(3):
            self.assertEqual(self._poll(transaction)["state"], "pending")
        self.assertEqual(len(self.sandbox.asked("Inquire")), 1)
        self._make_due(transaction)
        self.sandbox.payments[transaction.reference]["status"] = "Completed"
        self.assertEqual(self._poll(transaction)["state"], "done")

    @mute_logger("odoo.addons.payment.models.payment_transaction")
    def test_only_both_code_and_status_say_that_it_was_paid(self):
        asked = self.env["payment.transaction"]._jazzcash_take_over
        for answer in (
            {},
            {"pp_Status": "Completed"},
            {"pp_Status": "Completed", "pp_PaymentResponseCode": "157"},
            {"pp_Status": "Pending", "pp_PaymentResponseCode": "000"},
            {"pp_Status": "Failed", "pp_PaymentResponseCode": "121"},
            {"pp_Status": "Reversed", "pp_PaymentResponseCode": "000"},
            {"pp_PaymentResponseCode": "000"},
            {"pp_Status": "Completed", "pp_PaymentResponseCode": "121", "pp_Amount": "1"},
            {"pp_Status": "Completed", "pp_PaymentResponseCode": "121", "pp_TxnCurrency": "USD"},
        ):
            transaction = self._pay()
            asked.__func__(transaction, {"pp_ResponseCode": "000", **answer})
            self.assertNotEqual(transaction.state, "done", answer)
        for amount in ({}, {"pp_Amount": "250000", "pp_TxnCurrency": "PKR"}):
            transaction = self._pay()
            asked.__func__(transaction, {"pp_Status": "completed", "pp_PaymentResponseCode": "000", **amount})
            self.assertEqual(transaction.state, "done")

    def test_amount_is_compared_where_it_is_told(self):
        self.sandbox.tells_amount = True
        transaction = self._opened("Completed")
        self._run_cron(minutes=11)
        self.assert_state(transaction, "done")
        other = self._opened("Completed")
        self.sandbox.payments[other.reference]["amount"] = "100"
        self._run_cron(minutes=11)
        self.assert_state(other, "error")
        self.assertIn("another amount", other.state_message)

    def test_no_answer_is_asked_for_again_ever_more_rarely_and_in_the_end_given_up(self):
        transaction = self._opened("Completed")
        for fault in ("error", "rejected", "garbage", "deep", "drop", "wrong hash"):
            before = len(self.sandbox.asked("Inquire"))
            self._make_due(transaction)
            with self.sandbox.faulty("Inquire", fault), self.assert_silent() as lines:
                self._run_cron(seconds=1)
            self.assertEqual(len(self.sandbox.asked("Inquire")), before + 1, fault)
            self.assertTrue([line for record, line in lines if record.levelname == "WARNING"], fault)
            self.assert_state(transaction, "draft")
        with self.sandbox.faulty("Inquire", "error"):
            transaction.jazzcash_started -= timedelta(hours=3)
            self._make_due(transaction)
            self._run_cron(seconds=1)
            pause = transaction.jazzcash_next_inquiry - fields.Datetime.now()
            self.assertAlmostEqual(pause, timedelta(minutes=90), delta=timedelta(minutes=1))
            self._run_cron(days=5)
        self.assertFalse(transaction.jazzcash_next_inquiry)
        self.assert_state(transaction, "error")
        self.assertIn("has not told", transaction.state_message)

    def test_slow_answers_are_not_waited_for(self):
        transaction = self._opened("Completed")
        with self.sandbox.faulty("Inquire", "slow"):
            self._run_cron(minutes=11)
        self.assert_state(transaction, "draft")
        self._run_cron(minutes=22)
        self.assert_state(transaction, "done")

    def test_wrong_credentials_say_nothing_of_the_payment(self):
        transaction = self._opened("Completed")
        self.jazzcash.jazzcash_password = "wrong"
        self._run_cron(hours=3)
        self.assert_state(transaction, "draft")
        self.jazzcash.jazzcash_password = self.sandbox.password
        self._run_cron(hours=6)
        self.assert_state(transaction, "done")

    def test_a_failure_of_one_keeps_no_other_waiting(self):
        broken, whole = self._opened("Completed"), self._opened("Completed")
        broken.jazzcash_started = False
        with self.sandbox.faulty("Inquire", "error"), mute_logger("odoo.addons.payment_jazzcash"):
            self._run_cron(minutes=11)
        self.assertTrue(whole.jazzcash_next_inquiry > fields.Datetime.now() + timedelta(minutes=15))
