import json
from datetime import timedelta

from odoo.tests import tagged

from .. import const, utils
from . import sandbox
from .common import MOBILE, EasypaisaCommon


@tagged("post_install", "-at_install")
class TestOpenApi(EasypaisaCommon):
    """The customer gives a mobile number on our page."""

    def test_wallet(self):
        tx, told = self.start("wallet")
        self.assertEqual((tx.state, told["state"]), ("pending", "pending"), "an accepted request is no payment")
        self.assertIn("confirm the payment on your phone", told["message"])
        [asked] = map(json.loads, self.sandbox.asked(const.STARTS["wallet"]))
        expected = {
            "orderId": tx.reference,
            "storeId": sandbox.STORE,
            "transactionAmount": "2500.0",
            "transactionType": "MA",
            "mobileAccountNo": MOBILE,
            "emailAddress": "sana@example.com",
        }
        self.assertEqual(asked, expected)
        self.assertEqual(self.poll(tx), "pending")
        self.sandbox.pay(tx.reference)
        self.assertEqual(self.poll(tx), "done")
        self.env.cr.execute("SELECT * FROM payment_transaction WHERE id = %s", [tx.id])
        self.assertNotIn(MOBILE, str(self.env.cr.fetchall()), "the number is kept nowhere")

    def test_a_shop_code_and_its_time_are_shown_and_kept(self):
        tx, _got = self.checkout()
        self.sandbox.expiry = utils.to_karachi(self.now() + timedelta(hours=5), "%d/%m/%Y %I:%M %p")
        self.post_start(_got, "otc")
        tx.invalidate_recordset()
        code = self.sandbox.orders[tx.reference].token
        self.assertEqual((tx.state, tx.easypaisa_token), ("pending", code))
        self.assertEqual(tx.easypaisa_expires_at, utils.from_karachi(self.sandbox.expiry))
        [asked] = map(json.loads, self.sandbox.asked(const.STARTS["otc"]))
        self.assertEqual((asked["transactionType"], asked["msisdn"]), ("OTC", MOBILE))
        self.assertRegex(asked["tokenExpiry"], r"^\d{8} \d{6}$")
        page = self.page("/payment/status").text
        self.assertIn(code, page)
        self.assertIn("Pakistan time", page)
        self.sandbox.pay(tx.reference)
        self.notify(tx)
        self.assertEqual(tx.state, "done")
        self.assertNotIn("o_easypaisa_token", self.page("/payment/status").text)

    def test_a_code_never_lives_longer_than_what_was_asked_for(self):
        tx, got = self.checkout()
        self.sandbox.expiry = utils.to_karachi(self.now() + timedelta(days=365), "%d/%m/%Y %I:%M %p")
        self.post_start(got, "otc")
        tx.invalidate_recordset()
        self.assertLess(tx.easypaisa_expires_at, self.now() + timedelta(hours=24, minutes=1))

    def test_a_time_that_is_past_is_a_clock_that_is_wrong(self):
        self.sandbox.expiry = utils.to_karachi(self.now() - timedelta(hours=1), "%d/%m/%Y %I:%M %p")
        tx, _told = self.start("otc")
        self.assertGreater(tx.easypaisa_expires_at, self.now() + timedelta(hours=23))
        self.assertTrue(any("names a time that is past" in line for line in self.log.lines))

    def test_what_holds_something_says_until_when(self):
        deadline = self.now().replace(microsecond=0) + timedelta(minutes=90)
        self.patch(self.env.registry["payment.transaction"], "_easypaisa_get_deadline", lambda tx: deadline)
        tx, _told = self.start("otc")
        [asked] = map(json.loads, self.sandbox.asked(const.STARTS["otc"]))
        self.assertEqual(asked["tokenExpiry"], utils.to_karachi(deadline, "%Y%m%d %H%M%S"))
        self.assertEqual(tx.easypaisa_expires_at, deadline)

    def test_a_code_that_comes_late_is_found_by_the_inquiry(self):
        tx, got = self.checkout()
        self.post_start(got, "otc")
        tx.sudo().easypaisa_token = False  # as if that answer had been lost
        self.assertEqual(self.poll(tx), "pending")
        self.assertEqual(tx.easypaisa_token, self.sandbox.orders[tx.reference].token)

    def test_a_code_whose_time_is_over(self):
        tx, _told = self.start("otc")
        self.sandbox.pay(tx.reference, "EXPIRED")
        self.assertEqual(self.poll(tx), "cancel")

    def test_refused(self):
        for code in ("0013", "0014", "0010"):
            self.sandbox.refusal = code
            tx, told = self.start("wallet")
            self.assertEqual((tx.state, told["state"]), ("error", "error"))
            self.assertIn(code, told["message"])

    def test_asked_twice_easypaisa_begins_once(self):
        tx, got = self.checkout()
        for _number in range(3):
            self.assertEqual(self.post_start(got).json()["state"], "pending")
        self.assertEqual(len(self.sandbox.asked(const.STARTS["wallet"])), 1)
        self.assertEqual(self._get_tx(tx.reference).state, "pending")

    def test_only_who_made_the_payment_begins_it(self):
        tx, got = self.checkout()
        other = self.checkout()[1]
        tries = [
            {"access_token": other["access_token"]},
            {"access_token": ""},
            {"access_token": "ü"},
            {"reference": "UNKNOWN1"},
            {"reference": ""},
            {"channel": "hosted"},
            {"channel": "x"},
        ]
        answers = {self.post_start(got, **{"channel": "wallet", **words}).text for words in tries}
        self.assertEqual(len(answers), 1, "the same answer for all of them")
        self.assertEqual((tx.state, self.sandbox.requests), ("draft", []))
        without = self.post_start(got, csrf_token="no")
        self.assertEqual((without.status_code, self.sandbox.requests), (400, []))

    def test_a_wrong_number_is_told_and_can_be_mended(self):
        tx, got = self.checkout()
        for mobile in ("", "0345", "+923451234567", "0345123456a", "٠٣٤٥١٢٣٤٥٦٧"):
            self.assertIn("mobile number", self.post_start(got, mobile=mobile).json()["message"])
        self.assertEqual((tx.state, self.sandbox.requests), ("draft", []))
        self.assertEqual(self.post_start(got).json()["state"], "pending")

    def test_only_rupees(self):
        tx, got = self.checkout()
        tx.currency_id = self.currency_usd
        self.assertIn("rupees", self.post_start(got).json()["message"])
        self.assertEqual(self.sandbox.requests, [])
