from urllib.parse import urlencode

from odoo.tests import tagged

from .common import CNIC, MOBILE, JazzCashCommon

TYPE = """
(async () => {
    const until = async (find) => {
        for (let i = 0; i < 100; i++) {
            const found = find();
            if (found) return found;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("not found: " + find);
    };
    const form = await until(() => document.querySelector('[name="o_payment_inline_form"]:not(.d-none)'));
    const button = await until(() => document.querySelector('[name="o_payment_submit_button"]:not([disabled])'));
    button.click();
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (location.pathname !== "/payment/pay") throw new Error("paid without a number");
    form.querySelector('[name="jazzcash_mobile"]').value = "%(mobile)s";
    form.querySelector('[name="jazzcash_cnic"]').value = "%(cnic)s";
    (await until(() => document.querySelector('[name="o_payment_submit_button"]:not([disabled])'))).click();
    %(then)s
})();
"""
ERROR = """
    const dialog = await until(() => document.querySelector(".modal-body"));
    if (!dialog.textContent.includes("Enter a mobile number")) throw new Error(dialog.textContent);
    console.log("test successful");
"""


LEAVE = """
(async () => {
    for (let i = 0; i < 100; i++) {
        const button = document.querySelector('[name="o_payment_submit_button"]:not([disabled])');
        if (button) return button.click();
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
})();
"""


@tagged("post_install", "-at_install")
class TestBrowser(JazzCashCommon):
    def _address(self):
        return "/payment/pay?" + urlencode(self._prepare_pay_values(reference="V/2026/00042"))

    def test_the_wallet_s_form_on_the_payment_page(self):
        self.env["payment.method"].search([("code", "!=", "jazzcash")]).active = False
        self.browser_js(self._address(), TYPE % {"mobile": "12345", "cnic": CNIC, "then": ERROR}, ready="")
        self.assertFalse(self.sandbox.requests)
        then = 'console.log("test successful");'
        self.browser_js(self._address(), TYPE % {"mobile": MOBILE, "cnic": CNIC, "then": then})

    def test_the_way_to_jazzcash_s_page(self):
        self.env["payment.method"].search([("code", "!=", "jazzcash")]).active = False
        self.jazzcash.jazzcash_wallet_flow = "page"
        self.sandbox.script = 'console.log("test successful")'
        self.addCleanup(setattr, self.sandbox, "script", "")
        self.browser_js(self._address(), LEAVE)
        [form] = self.sandbox.asked("merchantform/")
        self.assertEqual((form["pp_TxnType"], form["pp_Amount"]), ("MWALLET", "250000"))
