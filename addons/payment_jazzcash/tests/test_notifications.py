import random

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JazzCashCommon

TX_LOGGER = "odoo.addons.payment.models.payment_transaction"
OURS = "odoo.addons.payment_jazzcash.models.payment_transaction_message"
DUPLICATES = 20
REFUSED = {"pp_ResponseCode": "199", "pp_ResponseMessage": "Not accepted"}


@tagged("post_install", "-at_install")
class TestNotifications(JazzCashCommon):
    """What JazzCash's server sends by itself."""

    def _opened(self, **values):
        transaction = self._pay(**values)
        self._open_page(transaction)
        return transaction

    def test_paid_and_the_answer_is_signed(self):
        transaction = self._opened()
        triggered = self._triggered()
        with self.assert_silent():
            answer = self._notify(self.sandbox.result(transaction.reference, "Completed"))
        self.assertEqual(answer["pp_ResponseCode"], "000")
        self.assertEqual(answer["pp_SecureHash"], self.sandbox.hash(answer))
        self.assert_state(transaction, "done")
        self.assertEqual(self._triggered(), triggered + 1)

    def test_as_a_form_as_well(self):
        transaction = self._opened()
        response = self.url_open("/payment/jazzcash/ipn", data=self.sandbox.result(transaction.reference, "Completed"))
        self.assertEqual(response.json()["pp_ResponseCode"], "000")
        self.assert_state(transaction, "done")

    @mute_logger(OURS)
    def test_what_is_not_jazzcash_s_changes_nothing_and_is_answered_all_alike(self):
        transaction, other = self._opened(), self._opened()
        paid = self.sandbox.result(transaction.reference, "Completed")
        unsigned = {name: value for name, value in paid.items() if name != "pp_SecureHash"}
        for fields in (
            unsigned,
            {**paid, "pp_SecureHash": ""},
            {**paid, "pp_SecureHash": "0" * 64},
            {**paid, "pp_SecureHash": self.sandbox.hash(self.sandbox.result(other.reference))},
            {**paid, "pp_Amount": "100"},
            {**paid, "pp_TxnRefNo": other.reference},
            {**paid, "pp_TxnRefNo": "T0000000000000000000"},
            self.sandbox.result(transaction.reference, pp_MerchantID="MC00002"),
            self.sandbox.result(transaction.reference, pp_MerchantID=None),
            {},
            [],
            "text",
            None,
        ):
            self.assertEqual(self._notify(fields), REFUSED, fields)
        self.assert_state(transaction, "draft")
        self.assert_state(other, "draft")

    @mute_logger(OURS)
    def test_signed_without_amount_currency_or_result_waits_for_the_inquiry(self):
        for missing in ("pp_Amount", "pp_TxnCurrency", "pp_ResponseCode"):
            transaction = self._opened()
            self._notify(self.sandbox.result(transaction.reference, "Completed", **{missing: None}))
            self._bring(self.sandbox.result(transaction.reference, "Completed", **{missing: ""}))
            self.assert_state(transaction, "draft")
            self._run_cron(minutes=11)
            self.assert_state(transaction, "done")

    @mute_logger(OURS, TX_LOGGER)
    def test_another_amount_or_currency_is_no_payment_also_after_a_failure(self):
        for changes in (
            {"pp_Amount": "100"},
            {"pp_Amount": "25000000"},
            {"pp_Amount": "2500.00"},
            {"pp_Amount": "-250000"},
            {"pp_Amount": "9" * 40},
            {"pp_Amount": "٢٥٠٠٠٠"},
            {"pp_TxnCurrency": "USD"},
        ):
            transaction = self._opened()
            for _ in range(2):
                self._notify(self.sandbox.result(transaction.reference, "Completed", **changes))
                self.assert_state(transaction, "error")
            self.assertIn("another amount", transaction.state_message)
            # The true message still counts.
            self._notify(self.sandbox.result(transaction.reference, "Completed"))
            self.assert_state(transaction, "done")

    def test_our_own_form_and_our_own_answer_sent_back_are_no_payment(self):
        transaction = self._opened()
        form = self.sandbox.asked("merchantform/")[0]
        answer = self._notify(self.sandbox.result(transaction.reference, "Pending"))
        for fields in (form, {**answer, "pp_TxnRefNo": transaction.reference}, {**form, "pp_ResponseCode": "000"}):
            self._bring(fields)
            self._notify(fields)
        self.assert_state(transaction, "pending")
        # Nor under other names in the same order, for which the hash holds as well.
        values = [form[name] for name in sorted(form) if name != "pp_SecureHash" and form[name]]
        self.assertFalse({"000", "121"} & set(values))
        before = values[: values.index(self.sandbox.merchant)]
        self.assertEqual([value for value in before if value.isdigit()], [form["pp_Amount"]])

    @mute_logger(TX_LOGGER)
    def test_twenty_times_in_any_order_with_polls_and_the_cron(self):
        dice = random.Random(19)
        for end in ("Completed", "Dropped"):
            transaction = self._opened()
            reference = transaction.reference
            messages = [self.sandbox.result(reference, status) for status in ("Pending", "Failed", "Dropped")]
            if end == "Completed":
                messages.append(self.sandbox.result(reference, "Completed"))
            self.sandbox.payments[reference]["status"] = end
            triggered, was_done = self._triggered(), False
            steps = [lambda fields=fields: self._notify(fields) for fields in messages * (DUPLICATES // 4)]
            steps += [lambda fields=fields: self._bring(fields) for fields in messages]
            steps += [lambda tx=transaction: self._poll(tx)] * 4
            steps += [lambda: self._run_cron(minutes=11)] * 3
            dice.shuffle(steps)
            for step in steps:
                step()
                transaction.invalidate_recordset()
                self.assertFalse(was_done and transaction.state != "done")
                was_done = transaction.state == "done"
            self.assertEqual(was_done, end == "Completed")
            self.assertLessEqual(self._triggered() - triggered, 1 if was_done else 0)
