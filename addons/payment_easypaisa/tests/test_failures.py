import socket
import time

from odoo.tests import tagged

from .. import const
from .common import EasypaisaCommon


@tagged("post_install", "-at_install")
class TestFailures(EasypaisaCommon):
    """EasyPaisa is down, slow, or says something else than it should."""

    def test_unreadable_answers_to_an_inquiry_change_nothing(self):
        tx, _told = self.start()
        self.sandbox.pay(tx.reference)
        for fault in ("html", "error", "drop", "list", "system"):
            self.sandbox.fault = fault
            self.assertEqual(self.poll(tx), "pending", fault)
            self.assertTrue(tx.easypaisa_inquire_after > self.now(), "it is asked about again")
        self.sandbox.fault = None
        self.assertEqual(self.poll(tx), "done")
        self.assertTrue(any("WARNING EasyPaisa, inquire-transaction" in line for line in self.log.lines))

    def test_when_it_is_not_known_whether_it_began_it_may_have(self):
        for fault in ("html", "error", "drop", "list", "system"):
            self.sandbox.fault, self.sandbox.fault_of = fault, const.STARTS["otc"]
            tx, told = self.start("otc")
            self.assertEqual((tx.state, told["state"]), ("pending", "pending"), fault)
            self.assertIn("code", told["message"])
            self.assertEqual(self.poll(tx), "pending", fault)

    def test_a_wallet_that_answers_too_late_has_paid_nevertheless(self):
        self.sandbox.fault, self.sandbox.fault_of = "silent", const.STARTS["wallet"]
        began = time.monotonic()
        tx, told = self.start("wallet")
        self.assertLess(time.monotonic() - began, const.TIMEOUT + 5)
        self.assertEqual((tx.state, told["state"]), ("pending", "pending"))
        self.sandbox.fault = None
        self.make_paid(tx)
        self.assertEqual(self.poll(tx), "done")

    def test_an_answer_that_trickles_in_holds_nobody(self):
        tx, _told = self.start()
        self.sandbox.fault = "slow"
        began = time.monotonic()
        self.assertEqual(self.poll(tx), "pending")
        self.assertLess(time.monotonic() - began, const.TIMEOUT + 5)

    def test_down_before_anything_was_sent(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        self.env["ir.config_parameter"].sudo().set_param(const.LOCAL_SANDBOX, f"http://127.0.0.1:{port}")
        tx, told = self.start("wallet")
        self.assertEqual((tx.state, told["state"]), ("error", "error"))
        self.assertIn("Nothing was paid", told["message"])
        self.assertEqual(self.poll(tx), "error")

    def test_a_redirect_leads_nowhere(self):
        with socket.create_server(("127.0.0.1", 0)) as stranger:
            stranger.settimeout(0.5)
            self.sandbox.elsewhere = f"http://127.0.0.1:{stranger.getsockname()[1]}/"
            tx, _told = self.start()
            self.sandbox.fault = "redirect"
            self.assertEqual(self.poll(tx), "pending")
            with self.assertRaises(TimeoutError):
                stranger.accept()

    def make_paid(self, tx):
        """Have the sandbox know and pay what it never answered to."""
        self.sandbox.fault_of = None
        self.provider._send_api_request(
            "POST", const.STARTS["wallet"], json=tx._easypaisa_prepare_start("wallet", "03000000000")
        )
        self.sandbox.pay(tx.reference)
