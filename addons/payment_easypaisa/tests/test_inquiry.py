import random

from odoo.tests import tagged

from .common import EasypaisaCommon


@tagged("post_install", "-at_install")
class TestInquiry(EasypaisaCommon):
    """The inquiry alone decides, however often, late and in whatever order somebody wants to know."""

    def test_a_notification_is_answered_alike_and_only_makes_us_ask(self):
        tx, _told = self.start()
        known, unknown = self.notify(tx), self.url_open("/payment/easypaisa/notify?url=https://x.y/NOBODY")
        self.assertEqual((known.status_code, known.text), (200, ""))
        self.assertEqual((unknown.status_code, unknown.text), (200, ""))
        self.assertEqual((tx.state, self.inquiries), ("pending", 1))

    def test_what_a_notification_says_is_not_believed(self):
        tx, _told = self.start()
        self.wait(tx)
        lies = f"url=/{tx.reference}&transaction_status=PAID&transaction_amount=2500.0&order_id={tx.reference}"
        self.url_open(f"/payment/easypaisa/notify?{lies}")
        tx.invalidate_recordset()
        self.assertEqual(tx.state, "pending")

    def test_nobody_makes_us_ask_more_often_than_every_few_seconds(self):
        tx, _told = self.start()
        for _number in range(20):
            self.notify(tx, wait=False)
            self.make_jsonrpc_request("/payment/status/poll", {})
            self.page(f"/payment/easypaisa/return/{tx.reference}")
        self.assertEqual(self.inquiries, 1)

    def test_twenty_times_in_any_order_it_is_one_payment(self):
        chance = random.Random(19)
        before = self.triggers()
        tx, _told = self.start()
        for number in range(20):
            if number == 10:
                self.sandbox.pay(tx.reference)
            for act in chance.sample([lambda: self.notify(tx), lambda: self.poll(tx), self.cron], 3):
                if chance.random() < 0.5:
                    tx.easypaisa_inquire_after = self.now()
                    self.wait(tx)
                act()
        tx.invalidate_recordset()
        self.assertEqual(tx.state, "done")
        self.assertEqual(self.triggers(), before + 1)
        asked = self.inquiries
        self.notify(tx)
        self.assertEqual(self.inquiries, asked, "what is done is asked about no more")

    def test_an_older_answer_that_comes_later_takes_nothing_back(self):
        tx, _told = self.start()
        self.sandbox.pay(tx.reference)
        self.poll(tx)
        for status in ("PENDING", "FAILED", "EXPIRED", "REVERSED", "PAID", "whatever"):
            answer = {"orderId": tx.reference, "transactionStatus": status, "transactionAmount": 2500}
            tx._process("easypaisa", answer)
            self.assertEqual(tx.state, "done", status)

    def test_money_that_comes_after_the_end_counts(self):
        for status, state in (
            ("FAILED", "error"),
            ("EXPIRED", "cancel"),
            ("BLOCKED", "cancel"),
            ("REVERSED", "cancel"),
        ):
            before = self.triggers()
            tx, _told = self.start()
            self.sandbox.pay(tx.reference, status)
            self.assertEqual(self.poll(tx), state)
            self.sandbox.pay(tx.reference, "PENDING")
            self.assertEqual(self.poll(tx), state)
            self.sandbox.pay(tx.reference)
            self.notify(tx)
            self.assertEqual((tx.state, self.triggers()), ("done", before + 1), status)

    def test_money_for_what_somebody_cancelled_counts(self):
        tx, _told = self.start()
        tx._set_canceled("by hand")
        self.sandbox.pay(tx.reference)
        self.assertEqual(self.poll(tx), "done")

    def test_another_amount_is_no_payment_however_often_it_is_told(self):
        for amount in (2499.9, 1, 0, None, "", "2500.0.0", "many", [2500], True, -2500):
            for end in (None, "FAILED", "EXPIRED"):
                tx, _told = self.start()
                if end:
                    self.sandbox.pay(tx.reference, end)
                    self.poll(tx)
                self.sandbox.pay(tx.reference)
                self.sandbox.changes = {"transactionAmount": amount}
                states = {self.poll(tx), self.poll(tx), self.poll(tx)}
                self.assertEqual(states, {"error"}, (amount, end))
                self.sandbox.changes = {}
        self.assertEqual(self.poll(tx), "done", "once the right amount is told")

    def test_another_order_or_store_is_not_ours(self):
        tx, _told = self.start()
        self.sandbox.pay(tx.reference)
        for name, value in (("orderId", "OTHER1"), ("orderId", None), ("storeId", 999), ("storeId", None)):
            self.sandbox.changes = {name: value}
            self.assertEqual(self.poll(tx), "pending", (name, value))
        self.sandbox.changes = {}
        self.assertEqual(self.poll(tx), "done")

    def test_an_inquiry_that_did_not_work_says_nothing(self):
        tx, _told = self.start()
        self.sandbox.pay(tx.reference)
        for code in ("0001", "0003", "0010", "9999", None, ""):
            self.sandbox.changes = {"responseCode": code}
            self.assertEqual(self.poll(tx), "pending", code)

    def test_test_and_live_are_never_mixed(self):
        tx, _told = self.start()
        self.sandbox.pay(tx.reference)
        for state in ("enabled", "disabled"):
            self.provider.state = state
            self.assertEqual(self.poll(tx), "pending", state)
        self.assertEqual(self.inquiries, 0)
        self.provider.state = "test"
        self.assertEqual(self.poll(tx), "done")
