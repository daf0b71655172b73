import json
from urllib.parse import urlencode

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.tests import tagged

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..models.payment_transaction import LEAVE_ROUTE, VALID_FOR
from .common import elsewhere

UNTIL = """
    const until = async (find) => {
        for (let i = 0; i < 100; i++) {
            const found = find();
            if (found) return found;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("not found: " + find);
    };
"""
# What a page with a payment form may do by itself, and what happens when somebody pays on it.
REFUSED = """
(async () => {
    %s
    await until(() => document.querySelector('[name="o_payment_submit_button"]:not([disabled])'));
    const refused = new Promise((resolve) => document.addEventListener("securitypolicyviolation", resolve));
    document.body.insertAdjacentHTML("beforeend", '<form id="raw" action="%s/raw" method="post"></form>');
    document.getElementById("raw").submit();
    const { effectiveDirective } = await refused;
    if (effectiveDirective !== "form-action") throw new Error(effectiveDirective);
    console.log("test successful");
})();
"""
PAY = """
(async () => {
    %s
    (await until(() => document.querySelector('[name="o_payment_submit_button"]:not([disabled])'))).click();
})();
"""


@tagged("post_install", "-at_install")
class TestLeave(PaymentHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["payment.provider"].search([("id", "!=", cls.provider.id)]).state = "disabled"

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.bank = self.enterContext(elsewhere())
        self.other = self.enterContext(elsewhere(self.bank.url))

    def _leads_to(self, address, method="post"):
        """Give the provider a form as the ones of Odoo's providers."""
        self.provider.redirect_form_view_id.arch = (
            f'<form action="{address}" method="{method}">'
            '<input type="hidden" name="key" value="&quot;&lt;b&gt; ä"/></form>'
        )

    def _address(self):
        return "/payment/pay?" + urlencode(self._prepare_pay_values())

    def _form(self):
        """Press Pay; return the form that the page sends."""
        asked = self._prepare_transaction_values(self.payment_method_id, None, "redirect")
        got = self._portal_transaction(**asked)
        return html.fromstring(got["redirect_form_html"])

    def _leave(self, signed):
        return self.url_open(LEAVE_ROUTE, data={"signed": signed}, allow_redirects=False)

    # -- in a browser, which obeys the policy

    def test_a_page_may_not_send_forms_elsewhere(self):
        self.browser_js(self._address(), REFUSED % (UNTIL, self.other.url))
        self.assertFalse(self.other.came)

    def test_who_pays_arrives_at_the_provider(self):
        self._leads_to(f"{self.bank.url}/form")
        self.browser_js(self._address(), PAY % UNTIL)
        self.assertEqual(self.bank.came, [("POST", "/form", {"key": ['"<b> ä']})])

    def test_a_form_whose_address_is_all_it_says_arrives_too(self):
        self._leads_to(f"{self.bank.url}/pay/abc", "get")
        self.browser_js(self._address(), PAY % UNTIL)
        self.assertEqual(self.bank.came, [("GET", "/pay/abc", {"key": ['"<b> ä']})])

    def test_the_provider_may_lead_on_to_a_bank(self):
        self._leads_to(f"{self.other.url}/pay")
        self.browser_js(self._address(), PAY % UNTIL)
        self.assertEqual([path for _method, path, _words in self.other.came + self.bank.came], ["/pay", "/bank"])

    # -- what is sent

    def test_forms_that_stay_here_are_left_alone(self):
        for address in ("/payment/custom/process", "dummy", f"{self.base_url()}/payment/custom/process"):
            with self.subTest(address=address):
                self._leads_to(address)
                self.assertEqual(self._form().get("action"), address)

    def test_other_forms_go_by_the_page(self):
        for address in (
            "https://pay.example/x",
            "//pay.example/x",
            "/\\pay.example/x",
            self.base_url().replace("127.0.0.1", "127.0.0.2"),
        ):
            with self.subTest(address=address):
                self._leads_to(address)
                form = self._form()
                self.assertEqual((form.get("action"), form.get("method")), (LEAVE_ROUTE, "post"))
                page = self._leave(form.fields["signed"])
                [onward] = html.fromstring(page.text).forms
                self.assertEqual((onward.get("action"), onward.fields["key"]), (address, '"<b> ä'))

    def test_the_page_can_do_nothing_else(self):
        self._leads_to("https://pay.example/x")
        headers = self._leave(self._form().fields["signed"]).headers
        policy = headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "script-src 'nonce-", "base-uri 'none'", "frame-ancestors 'none'"):
            self.assertIn(part, policy)
        self.assertEqual(headers["Cache-Control"], "no-store")

    def test_nothing_is_shown_that_we_have_not_signed(self):
        self._leads_to("https://pay.example/x")
        signed = self._form().fields["signed"]
        changed = signed[:-4] + ("AAAA" if signed[-4:] != "AAAA" else "BBBB")
        for wrong in ("", "x", "ä", "AQ", changed, json.dumps(["<form/>", "en_US"])):
            with self.subTest(signed=wrong):
                answer = self._leave(wrong)
                self.assertEqual(answer.status_code, 303)
                self.assertTrue(answer.headers["Location"].endswith("/payment/status"))
        with freeze_time(fields.Datetime.now() + VALID_FOR * 1.1):
            self.assertEqual(self._leave(signed).status_code, 303)
        self.assertEqual(self._leave(signed).status_code, 200)
