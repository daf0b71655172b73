from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import JazzCashCommon

MESSAGES = "odoo.addons.payment_jazzcash.models.payment_transaction_refund"


@tagged("post_install", "-at_install")
class TestRefund(JazzCashCommon):
    def _paid(self, **values):
        transaction = self._pay(**values)
        self._press(transaction, self._open_page(transaction), "Completed")
        self.assert_state(transaction, "done")
        return transaction

    def _refunded(self, transaction):
        return self.sandbox.payments[transaction.reference]["refunded"]

    def test_whole(self):
        transaction = self._paid()
        triggered = self._triggered()
        with self.assert_silent():
            transaction.action_refund()
        refund = transaction.child_transaction_ids
        self.assertEqual((refund.state, refund.amount, refund.operation), ("done", -2500, "refund"))
        self.assertEqual(refund.reference, f"R-{transaction.reference}")
        self.assertEqual(self._refunded(transaction), 250000)
        self.assertEqual(self._triggered(), triggered + 1)
        self.assertFalse(refund.jazzcash_next_inquiry)

    def test_in_parts_until_nothing_is_left(self):
        transaction = self._paid()
        for amount in (1000, 999.99, 500.01):
            transaction.action_refund(amount)
        self.assertEqual(self._refunded(transaction), 250000)
        self.assertEqual(len(set(transaction.child_transaction_ids.mapped("reference"))), 3)
        with self.assertRaisesRegex(ValidationError, "0.00.* can still be refunded"):
            transaction.action_refund(0.01)
        self.assertEqual(self._refunded(transaction), 250000)

    def test_twice_more_than_was_paid_and_nonsense(self):
        transaction = self._paid()
        for amount in (2500.01, 1e12, 0, 0.001, -5, float("nan"), float("inf")):
            with self.assertRaisesRegex(ValidationError, "can still be refunded"):
                transaction.action_refund(amount)
        transaction.action_refund(2000)
        with self.assertRaisesRegex(ValidationError, "500.00.* can still be refunded"):
            transaction.action_refund(2000)
        with self.assertRaisesRegex(ValidationError, "500.00.* can still be refunded"):
            transaction.action_refund()
        self.assertEqual(self._refunded(transaction), 200000)

    def test_card_needs_no_mpin_and_a_wallet_does(self):
        self.jazzcash.jazzcash_merchant_mpin = False
        card = self._paid(payment_method_id=self.card.id)
        card.action_refund(100)
        self.assertEqual(self._refunded(card), 10000)
        self.assertNotIn("pp_MerchantMPIN", self.sandbox.asked("authorize/Refund")[0])
        with self.assertRaisesRegex(ValidationError, "MPIN"):
            self._paid().action_refund()

    @mute_logger(MESSAGES)
    def test_an_outcome_that_is_unknown_stops_further_refunds_until_somebody_has_looked(self):
        endpoint = "domwalletrefundtransaction"
        for fault in ("drop", "error", "garbage", "unsigned", "wrong hash"):
            transaction = self._paid()
            with self.sandbox.faulty(endpoint, fault), self.assert_silent():
                transaction.action_refund(400)
            refund = transaction.child_transaction_ids
            self.assertEqual(refund.state, "pending", fault)
            self.assertIn("has not said", refund.state_message)
            before = len(self.sandbox.asked(endpoint))
            with self.assertRaisesRegex(ValidationError, refund.reference):
                transaction.action_refund(400)
            self.assertEqual(len(self.sandbox.asked(endpoint)), before)
            if fault in ("error", "garbage"):
                refund.action_jazzcash_refund_not_made()
                self.assertEqual(refund.state, "error")
                self.assertIn(self.env.user.name, refund.state_message)
                transaction.action_refund(2500)
                self.assertEqual(self._refunded(transaction), 250000)
            else:
                refund.action_jazzcash_refund_made()
                self.assertEqual(refund.state, "done")
                with self.assertRaisesRegex(ValidationError, "2,100.00"):
                    transaction.action_refund(2500)
            for action in (refund.action_jazzcash_refund_made, refund.action_jazzcash_refund_not_made):
                with self.assertRaises(UserError):
                    action()

    def test_refused_is_said_in_words_and_leaves_the_amount_free(self):
        transaction = self._paid()
        self.sandbox.payments[transaction.reference]["status"] = "Pending"
        self.assertEqual(transaction.action_refund()["params"]["type"], "danger")
        self.assertIn("cannot refund this payment any more", transaction.child_transaction_ids.state_message)
        self.sandbox.payments[transaction.reference]["status"] = "Completed"
        with self.sandbox.faulty("domwalletrefundtransaction", "rejected"):
            transaction.action_refund()
        self.jazzcash.jazzcash_merchant_mpin = "0000"
        transaction.action_refund()
        self.assertEqual(transaction.child_transaction_ids.mapped("state"), ["error"] * 3)
        self.jazzcash.jazzcash_merchant_mpin = self.sandbox.mpin
        transaction.action_refund()
        self.assertEqual(self._refunded(transaction), 250000)

    def test_only_what_was_paid_in_this_mode(self):
        transaction = self._paid()
        self.jazzcash.state = "enabled"
        with self.assertRaisesRegex(ValidationError, "another mode"):
            transaction.action_refund()
        self.jazzcash.state = "test"
        pending = self._pay()
        with self.assertRaisesRegex(ValidationError, "was made"):
            pending._refund()
        self.assertFalse(self.sandbox.asked("domwalletrefundtransaction"))

    @mute_logger("odoo.sql_db")
    def test_while_somebody_else_refunds(self):
        transaction = self._paid()
        before = transaction.jazzcash_refunds
        transaction.action_refund(100)
        # Each writes to the payment, so that one who has not seen the other starts again.
        self.assertEqual(transaction.jazzcash_refunds, before + 1)

    def test_who_may_not_change_transactions_decides_nothing(self):
        transaction = self._paid()
        with self.sandbox.faulty("domwalletrefundtransaction", "error"), mute_logger(MESSAGES):
            transaction.action_refund(100)
        refund = transaction.child_transaction_ids
        user = new_test_user(self.env, login="test_user", groups="base.group_user")
        for record, method in (
            (transaction, "action_refund"),
            (refund, "action_jazzcash_refund_made"),
            (refund, "action_jazzcash_refund_not_made"),
        ):
            with self.assertRaises(AccessError):
                getattr(record.with_user(user), method)()
        self.assertEqual(refund.state, "pending")
        self.assertLessEqual(refund.last_state_change, fields.Datetime.now())
