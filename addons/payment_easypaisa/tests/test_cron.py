from datetime import timedelta

from odoo.tests import tagged

from .. import const
from .common import EasypaisaCommon


@tagged("post_install", "-at_install")
class TestCron(EasypaisaCommon):
    """Nobody looks, no notification comes: the cron finds out."""

    def run_cron(self, tx, after=timedelta(minutes=2)):
        self.age(tx, after)
        self.cron()
        return tx.state

    def test_paid_while_nobody_looked(self):
        tx, _told = self.start("otc")
        self.assertEqual(self.run_cron(tx, timedelta(seconds=5)), "pending")
        self.assertEqual(self.inquiries, 0, "not at once")
        self.assertEqual(self.run_cron(tx), "pending")
        self.sandbox.pay(tx.reference)
        self.assertEqual(self.run_cron(tx), "done")
        self.assertFalse(tx.easypaisa_inquire_after)

    def test_the_older_the_rarer(self):
        tx, _told = self.start("otc")
        pauses = []
        for age in (timedelta(minutes=2), timedelta(hours=2), timedelta(hours=15)):
            self.run_cron(tx, age)
            pauses.append(tx.easypaisa_inquire_after - self.now())
        self.assertLess(pauses[0], timedelta(minutes=2))
        self.assertLess(pauses[0], pauses[1])
        self.assertLessEqual(pauses[2], const.LAST_PAUSE)

    def test_a_payment_never_made_is_closed_after_its_time(self):
        tx, _told = self.start("otc")
        self.assertEqual(self.run_cron(tx, timedelta(hours=24, minutes=30)), "pending", "the last minute counts")
        self.assertEqual(self.run_cron(tx, timedelta(hours=1)), "cancel")
        self.assertIn("time to pay is over", tx.state_message)
        self.sandbox.pay(tx.reference)
        self.assertEqual(self.run_cron(tx, timedelta(hours=2)), "done", "money that comes late counts")

    def test_what_easypaisa_never_heard_of_is_closed_after_its_time(self):
        self.provider.easypaisa_flow = "hosted"
        tx, _got = self.checkout("redirect")
        self.assertEqual(self.run_cron(tx), "draft")
        self.assertEqual(self.run_cron(tx, timedelta(hours=26)), "cancel")

    def test_silence_closes_nothing(self):
        tx, _told = self.start("otc")
        self.sandbox.fault = "html"
        self.assertEqual(self.run_cron(tx, timedelta(hours=30)), "pending")
        self.sandbox.fault = None
        for code in ("0001", "0010", "9999"):
            self.sandbox.changes = {"responseCode": code}
            self.assertEqual(self.run_cron(tx), "pending", code)

    def test_it_ends_but_a_notification_is_still_heard(self):
        tx, _told = self.start("otc")
        self.run_cron(tx, timedelta(days=4))
        self.assertEqual((tx.state, tx.easypaisa_inquire_after), ("cancel", False))
        asked = self.inquiries
        self.run_cron(tx, timedelta(days=1))
        self.assertEqual(self.inquiries, asked)
        self.sandbox.pay(tx.reference)
        self.notify(tx)
        self.assertEqual(tx.state, "done")

    def test_one_silent_provider_is_asked_once_in_a_run(self):
        txs = [self.start("otc")[0] for _number in range(4)]
        self.sandbox.fault = "drop"
        for tx in txs:
            self.age(tx, timedelta(minutes=5))
        self.cron()
        self.assertEqual(self.inquiries, 1)

    def test_a_draft_that_was_never_begun_is_nobodys_business(self):
        tx, _got = self.checkout()
        self.assertEqual(self.run_cron(tx, timedelta(days=3)), "draft")
        self.assertEqual((self.inquiries, self.poll(tx)), (0, "draft"))
