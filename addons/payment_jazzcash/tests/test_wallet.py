from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import MOST_PROMPTS
from .common import CNIC, MOBILE, JazzCashCommon

LOGGER = "odoo.addons.payment_jazzcash.models.payment_provider"


@tagged("post_install", "-at_install")
class TestWallet(JazzCashCommon):
    """The payment from a wallet, by our own form."""

    def _type(self, transaction, **changes):
        """Send what the customer typed, as the page does."""
        self.authenticate(None, None)
        form = {
            "csrf_token": http.Request.csrf_token(self),
            "reference": transaction.reference,
            "access_token": transaction._get_processing_values()["access_token"],
            "mobile": MOBILE,
            "cnic": CNIC,
            **changes,
        }
        response = self.url_open("/payment/jazzcash/wallet", data=form)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def _begin(self, **values):
        return self._pay("direct", **values)

    def test_paid(self):
        transaction = self._begin()
        triggered = self._triggered()
        with self.assert_silent():
            self.assertEqual(self._type(transaction), {})
        self.assert_state(transaction, "done")
        self.assertEqual(self._triggered(), triggered + 1)
        [request] = self.sandbox.asked("DoMWalletTransaction")
        self.assertEqual((request["pp_MobileNumber"], request["pp_CNIC"]), (MOBILE, CNIC))

    def test_what_was_typed_is_kept_nowhere(self):
        transaction = self._begin()
        self._type(transaction)
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(t)::text FROM payment_transaction t WHERE id = %s", [transaction.id])
        stored = self.env.cr.fetchone()[0]
        self.assertNotIn(MOBILE, stored)
        self.assertNotIn(CNIC, stored)

    def test_numbers_are_understood_as_people_write_them(self):
        for mobile, cnic in (("+92 300 7654321", "917354"), ("0300-7654321", "917 354"), ("۰۳۰۰۷۶۵۴۳۲۱", "۹۱۷۳۵۴")):
            self.sandbox.requests.clear()
            self._type(self._begin(), mobile=mobile, cnic=cnic)
            [request] = self.sandbox.asked("DoMWalletTransaction")
            self.assertEqual((request["pp_MobileNumber"], request["pp_CNIC"]), (MOBILE, CNIC))

    def test_what_is_no_number_is_refused_in_words_and_can_be_typed_again(self):
        transaction = self._begin()
        for changes in ({"mobile": "0421234567"}, {"mobile": ""}, {"cnic": "12345"}, {"cnic": "4210112345678"}):
            self.assertIn("Enter a mobile number", self._type(transaction, **changes)["error"])
        self.assertFalse(self.sandbox.requests)
        self.assertEqual(self._type(transaction), {})
        self.assert_state(transaction, "done")

    def test_only_who_began_the_payment_makes_it(self):
        transaction, other = self._begin(), self._begin()
        answers = [
            self._type(transaction, access_token=other._get_processing_values()["access_token"]),
            self._type(transaction, access_token=""),
            self._type(transaction, reference="T1"),
            self._type(transaction, reference="T-1\0"),
        ]
        self.assertEqual(len({str(answer) for answer in answers}), 1)
        self.assertFalse(self.sandbox.requests)
        self.assert_state(transaction, "draft")

    def test_the_customer_is_asked_once(self):
        self.sandbox.wallet_status = "Pending"
        transaction = self._begin()
        for _ in range(3):
            self.assertEqual(self._type(transaction), {})
        self.assertEqual(len(self.sandbox.asked("DoMWalletTransaction")), 1)
        self.assert_state(transaction, "pending")

    def test_a_phone_is_not_pestered(self):
        self.sandbox.wallet_status = "Pending"
        for _ in range(MOST_PROMPTS):
            self.assertEqual(self._type(self._begin()), {})
        self.assertIn("Too many attempts", self._type(self._begin())["error"])
        self.assertEqual(len(self.sandbox.asked("DoMWalletTransaction")), MOST_PROMPTS)

    def test_failed_is_said_at_once(self):
        self.sandbox.wallet_status = "Failed"
        transaction = self._begin()
        self.assertIn("Nothing was paid", self._type(transaction)["error"])
        self.assert_state(transaction, "error")

    @mute_logger(LOGGER)
    def test_no_answer_leaves_the_payment_open_until_the_inquiry(self):
        for fault in ("drop", "error", "garbage", "list", "deep", "unsigned", "wrong hash"):
            with self.sandbox.faulty("DoMWalletTransaction", fault), self.assert_silent():
                transaction = self._begin()
                self.assertEqual(self._type(transaction), {}, fault)
            self.assert_state(transaction, "pending")
            if transaction.reference in self.sandbox.payments:
                # The customer has confirmed all the same.
                self.sandbox.payments[transaction.reference]["status"] = "Completed"
                self._run_cron(minutes=11)
                self.assert_state(transaction, "done")

    def test_refused_by_the_firewall_is_said_at_once(self):
        with self.sandbox.faulty("DoMWalletTransaction", "rejected"), self.assert_silent() as lines:
            transaction = self._begin()
            self.assertIn("does not accept requests", self._type(transaction)["error"])
        self.assertTrue([line for _record, line in lines if "firewall" in line and transaction.reference in line])
        self.assert_state(transaction, "error")

    def test_a_failure_without_a_hash_is_believed_and_never_a_success(self):
        self.sandbox.wallet_status = "Failed"
        with self.sandbox.faulty("DoMWalletTransaction", "unsigned"):
            transaction = self._begin()
            self._type(transaction)
        self.assert_state(transaction, "error")

    def test_only_where_the_form_is_offered(self):
        for change, values in (({"jazzcash_wallet_flow": "page"}, {}), ({}, {"payment_method_id": self.card.id})):
            self.jazzcash.write(change)
            transaction = self._begin(**values)
            self.assertIn("in this way", self._type(transaction)["error"])
            self.jazzcash.jazzcash_wallet_flow = "form"
        self.assertFalse(self.sandbox.requests)

    def test_a_request_of_another_site_is_refused(self):
        transaction = self._begin()
        response = self.url_open("/payment/jazzcash/wallet", data={"reference": transaction.reference})
        self.assertEqual(response.status_code, 400)
