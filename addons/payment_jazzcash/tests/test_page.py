import os
import time
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JazzCashCommon

TX_LOGGER = "odoo.addons.payment.models.payment_transaction"


@tagged("post_install", "-at_install")
class TestPage(JazzCashCommon):
    """The payment on JazzCash's page."""

    def test_paid(self):
        transaction = self._pay()
        buttons = self._open_page(transaction)
        triggered = self._triggered()
        with self.assert_silent():
            self._press(transaction, buttons, "Completed")
        self.assert_state(transaction, "done")
        self.assertEqual(transaction.provider_reference, "000000000001")
        self.assertFalse(transaction.jazzcash_next_inquiry)
        # Even if the browser never asks again.
        self.assertEqual(self._triggered(), triggered + 1)

    def test_failed_cancelled_and_pending_at_once_in_words(self):
        for status, state, sentence in (
            ("Failed", "error", "has not made the payment"),
            ("Dropped", "cancel", "not completed"),
            ("Pending", "pending", ""),
        ):
            transaction = self._pay()
            self._press(transaction, self._open_page(transaction), status)
            self.assert_state(transaction, state)
            self.assertIn(sentence, transaction.state_message or "")

    def test_left_alone_is_asked_about_and_given_up(self):
        transaction = self._pay()
        self._open_page(transaction)
        self._run_cron(minutes=9)
        self.assertFalse(self.sandbox.asked("Inquire"))
        self._run_cron(minutes=11)
        self.assertEqual(len(self.sandbox.asked("Inquire")), 1)
        self.assert_state(transaction, "pending")
        self.sandbox.payments[transaction.reference]["status"] = "Dropped"
        self._run_cron(minutes=30)
        self.assert_state(transaction, "cancel")
        self._run_cron(days=1)
        self.assertEqual(len(self.sandbox.asked("Inquire")), 2)

    def test_never_opened_is_given_up_once_nobody_can_pay(self):
        transaction = self._pay()
        self._run_cron(minutes=30)
        self.assert_state(transaction, "draft")
        self._run_cron(minutes=90)
        self.assert_state(transaction, "cancel")

    def test_money_that_comes_after_a_cancellation_or_an_error_counts(self):
        for status in ("Dropped", "Failed"):
            transaction = self._pay()
            buttons = self._open_page(transaction)
            self._press(transaction, buttons, status)
            self._press(transaction, buttons, "Completed")
            self.assert_state(transaction, "done")
            self.assertFalse(transaction.state_message)

    @mute_logger(TX_LOGGER)
    def test_what_is_paid_stays_paid(self):
        transaction = self._pay()
        buttons = self._open_page(transaction)
        self._press(transaction, buttons, "Completed")
        triggered = self._triggered()
        for status in ("Pending", "Failed", "Dropped", "Completed"):
            self._press(transaction, buttons, status)
            self.assert_state(transaction, "done")
        self.assertEqual(self._triggered(), triggered)

    def test_card(self):
        transaction = self._pay(payment_method_id=self.card.id)
        self._press(transaction, self._open_page(transaction), "Completed")
        self.assert_state(transaction, "done")
        form = self.sandbox.asked("merchantform/")[0]
        self.assertEqual((form["pp_Version"], form["pp_TxnType"]), ("2.0", "MPAY"))

    def test_the_form_is_in_paisa_in_karachi_s_time_wherever_the_server_and_the_user_are(self):
        self.env.user.tz = "America/New_York"
        try:
            with patch.dict(os.environ, {"TZ": "Pacific/Auckland"}), freeze_time("2026-11-30 19:15:00"):
                time.tzset()
                transaction = self._pay(amount=2500.5)
                self._open_page(transaction)
        finally:
            time.tzset()
        form = self.sandbox.asked("merchantform/")[0]
        self.assertEqual(form["pp_Amount"], "250050")
        self.assertEqual(form["pp_TxnDateTime"], "20261201001500")
        self.assertEqual(form["pp_TxnExpiryDateTime"], "20261201011500")
        self.assertTrue("".join(form.values()).isascii())
        self.assertFalse([value for value in form.values() if "&" in value])

    def test_references_are_short_plain_and_never_used_twice(self):
        compute = self.env["payment.transaction"]._compute_reference
        for prefix in ("V/2026/00042", "INV/2026/000001-INV/2026/000002", "", None, "رسید", "000"):
            found = {compute("jazzcash", prefix=prefix) for _ in range(20)}
            self.assertEqual(len(found), 20)
            for reference in found:
                self.assertRegex(reference, r"^[A-Za-z][A-Za-z0-9]{9,19}$")
        self.assertRegex(compute("jazzcash", prefix="V/2026/00042"), r"^T202600042[A-Z0-9]{10}$")
        # Other providers' are as before.
        self.assertEqual(compute("none", prefix="V/2026/00042"), "V/2026/00042")

    def test_what_cannot_be_paid_here_never_reaches_jazzcash(self):
        for values in (
            {"currency_id": self.currency_usd.id},
            {"amount": 0},
            {"amount": -5},
            {"reference": "A-1"},
            {"payment_method_id": self.pm_unknown.id},
        ):
            transaction = self._pay(**values)
            values = transaction._get_processing_values()
            self.assertEqual(values["state"], "error")
            self.assertTrue(values["state_message"])
            self.assertNotIn("pp_", values["redirect_form_html"])

    def test_test_and_production_are_never_mixed(self):
        transaction = self._pay()
        buttons = self._open_page(transaction)
        self.jazzcash.state = "enabled"
        self._press(transaction, buttons, "Completed")
        self.assert_state(transaction, "draft")
        self._run_cron(minutes=11)
        self.assertFalse(self.sandbox.asked("Inquire"))
        self.assertEqual(transaction._get_processing_values()["state"], "error")
        live = self._pay()
        form = self._leave(live).text
        self.assertIn('action="https://payments.jazzcash.com.pk/', form)
        self.jazzcash.state = "test"
        self._press(transaction, buttons, "Completed")
        self.assert_state(transaction, "done")
        self.assertNotIn("sandbox", form)
        # Begun in production, it does not go to the sandbox either.
        self.assertTrue(self._leave_as_begun(live).headers["Location"].endswith("/payment/status"))

    def _leave_as_begun(self, transaction):
        form = {"reference": transaction.reference, "access_token": transaction._jazzcash_get_access_token()}
        return self.url_open("/payment/jazzcash/leave", data=form, allow_redirects=False)

    def test_only_the_browser_that_began_the_payment_is_sent_on_and_only_until_it_has_ended(self):
        transaction, other = self._pay(), self._pay()
        for key in ("", "é", other._jazzcash_get_access_token()):
            form = {"reference": transaction.reference, "access_token": key}
            answer = self.url_open("/payment/jazzcash/leave", data=form, allow_redirects=False)
            self.assertEqual((answer.status_code, "pp_" in answer.text), (303, False))
        self.assertIn("pp_SecureHash", self._leave_as_begun(transaction).text)
        self._press(transaction, self._open_page(transaction), "Completed")
        self.assertEqual(self._leave_as_begun(transaction).status_code, 303)

    def test_money_that_comes_after_the_provider_was_switched_off_counts(self):
        transaction = self._pay()
        buttons = self._open_page(transaction)
        self.jazzcash.state = "disabled"
        self._run_cron(minutes=11)
        self.assertFalse(self.sandbox.asked("Inquire"))
        self._press(transaction, buttons, "Completed")
        self.assert_state(transaction, "done")

    def test_a_stranger_at_the_return_page_learns_and_changes_nothing(self):
        transaction = self._pay()
        buttons = self._open_page(transaction)
        self.url_open("/payment/jazzcash/return", allow_redirects=False)
        self._bring({})
        page = self._bring(buttons["Failed"][1] | {"pp_SecureHash": ""})
        self.assertNotIn(transaction.reference, page.text)
        self.assert_state(transaction, "draft")
