from urllib.parse import parse_qs, urlsplit

import requests
from lxml import html

from odoo.tests import tagged

from .. import utils
from . import sandbox
from .common import EasypaisaCommon


@tagged("post_install", "-at_install")
class TestHosted(EasypaisaCommon):
    """The customer pays on EasyPaisa's page: two forms go there, two addresses lead back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.easypaisa_flow = "hosted"

    def go(self):
        """Press Pay and follow the browser to EasyPaisa's second page; return (transaction, where that leads back)."""
        tx, got = self.checkout("redirect")
        first = self._send_form(self._checkout_page(got).text)
        self.assertTrue(first.startswith(self.absolute(f"/payment/easypaisa/confirm/{tx.reference}?auth_token=")))
        page = self.page(first)
        self.assertEqual(page.status_code, 200)
        return tx, self._send_form(page.text)

    def _checkout_page(self, got, **words):
        """Return the page that leads to EasyPaisa's first one."""
        form = html.fromstring(got["redirect_form_html"])
        return self.url_open(form.get("action"), data={**dict(form.form_values()), **words}, allow_redirects=False)

    def _send_form(self, text):
        """Send the form in ``text`` to EasyPaisa as the browser does; return where EasyPaisa sends it then."""
        [form] = [form for form in html.fromstring(text).iter("form") if "jsf" in (form.get("action") or "")]
        self.form = dict(form.form_values())
        self.action = form.get("action")
        return requests.post(self.action, data=self.form, timeout=10, allow_redirects=False).headers["Location"]

    def test_success(self):
        before = self.triggers()
        tx, back = self.go()
        self.assertEqual((tx.state, tx.easypaisa_channel), ("draft", "hosted"))
        self.sandbox.pay(tx.reference)
        response = self.url_open(back, allow_redirects=False)
        self.assertEqual(urlsplit(response.headers["Location"]).path, "/payment/status")
        tx.invalidate_recordset()
        self.assertEqual((tx.state, tx.provider_reference), ("done", self.sandbox.orders[tx.reference].number))
        self.assertFalse(tx.easypaisa_inquire_after)
        self.assertEqual(self.triggers(), before + 1, "what waits for the money is done at once")
        self.assertEqual(self.poll(tx), "done")

    def test_the_first_form_says_what_the_contract_wants(self):
        tx, got = self.checkout("redirect")
        page = self._checkout_page(got)
        self._send_form(page.text)
        self.assertEqual(self.action, f"{self.sandbox.url}/easypay/Index.jsf")
        self.assertIn(f"form-action 'self' {self.sandbox.url}", page.headers["Content-Security-Policy"])
        expected = {
            "storeId": sandbox.STORE,
            "amount": "2500.0",
            "postBackURL": self.absolute(f"/payment/easypaisa/confirm/{tx.reference}"),
            "orderRefNum": tx.reference,
            "expiryDate": utils.to_karachi(tx.easypaisa_expires_at, "%Y%m%d %H%M%S"),
            "autoRedirect": "1",
        }
        self.assertEqual(self.form.pop("merchantHashedReq"), utils.hash_request(expected, sandbox.HASH_KEY))
        self.assertEqual(self.form, expected)
        self.assertRegex(tx.reference, r"^V202600042[A-Z0-9]{8}$")
        self.assertNotIn(self.partner.email, str(self.sandbox.requests))

    def test_only_the_browser_that_made_the_payment_is_led_to_it(self):
        _tx, got = self.checkout("redirect")
        for token in ("", "ü", "0" * 64):
            response = self._checkout_page(got, access_token=token)
            self.assertEqual(urlsplit(response.headers["Location"]).path, "/payment/status", token)

    def test_what_the_browser_says_of_success_is_not_believed(self):
        tx, back = self.go()
        self.assertIn("status=0000", back)
        self.url_open(f"{back}&success=true&transactionStatus=PAID&transactionAmount=2500.0")
        tx.invalidate_recordset()
        self.assertEqual(tx.state, "pending")

    def test_failure(self):
        tx, back = self.go()
        self.sandbox.pay(tx.reference, "FAILED")
        self.page(back)
        self.assertEqual(self.poll(tx), "error")
        self.assertIn("Nothing was paid", self.page(tx.landing_route).text)

    def test_pending_for_minutes_then_paid(self):
        tx, back = self.go()
        self.page(back)
        for _number in range(5):
            self.assertEqual(self.poll(tx), "pending")
        self.sandbox.pay(tx.reference)
        self.assertEqual(self.poll(tx), "done")

    def test_abandoned_before_easypaisas_page(self):
        tx, _got = self.checkout("redirect")
        self.assertEqual(self.poll(tx), "draft", "EasyPaisa does not know it, and it may still begin")

    def test_a_stranger_learns_nothing_from_the_pages_in_between(self):
        tx, _back = self.go()
        sent = len(self.sandbox.requests)
        known = self.url_open(f"/payment/easypaisa/return/{tx.reference}", allow_redirects=False)
        unknown = self.url_open("/payment/easypaisa/return/V2026000421", allow_redirects=False)
        self.assertEqual(
            (known.status_code, known.headers["Location"]), (unknown.status_code, unknown.headers["Location"])
        )
        page = self.page(f"/payment/easypaisa/confirm/{tx.reference}?auth_token=mine")
        for private in (self.partner.name, self.partner.email, "2500", "2,500", sandbox.HASH_KEY, sandbox.STORE):
            self.assertNotIn(private, page.text)
        self.assertEqual(len(self.sandbox.requests), sent + 1, "one inquiry, and nothing for the unknown one")

    def test_the_second_form_takes_back_only_what_easypaisa_can_have_given(self):
        tx, _back = self.go()
        for token in ("", "a b", 'x"><script>', "ü", "x" * 1025):
            response = self.url_open(
                f"/payment/easypaisa/confirm/{tx.reference}", data={"auth_token": token}, allow_redirects=False
            )
            self.assertEqual(urlsplit(response.headers["Location"]).path, "/payment/status", token)
        self.assertEqual(parse_qs(urlsplit(self.action).query), {})

    def test_another_way_than_the_offered_one_is_not_begun(self):
        tx, got = self.checkout("direct")
        answer = self.post_start(got).json()
        self.assertEqual((answer["state"], self.sandbox.requests), ("error", []))
        tx.invalidate_recordset()
        self.assertEqual((tx.state, tx.easypaisa_channel), ("error", False))
