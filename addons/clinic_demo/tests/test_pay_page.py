from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_payment.tests.common import PaymentCommon
from odoo.addons.clinic_signin_payment.tests.common import elsewhere
from odoo.addons.payment_easypaisa.tests import sandbox as easypaisa_sandbox
from odoo.addons.payment_jazzcash.tests.sandbox import Sandbox as JazzcashSandbox

from ..demo.wallets import NOBODY, load_wallets

# The page of a provider tells that somebody has arrived there.
PRESS_PAY = """
(async () => {
    for (let i = 0; i < 100; i++) {
        const button = document.querySelector('[name="o_payment_submit_button"]:not([disabled])');
        if (button) return button.click();
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
})();
"""


@tagged("post_install", "-at_install")
class TestPayPage(PaymentCommon, HttpCase):
    """Who has the link of a deposit pays it in a browser on a phone, and is nobody to Odoo."""

    browser_size = "375x667"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._held()
        link = cls.env["clinic.payment.link"]._of(cls.visit)
        cls.address = "/clinic/pay/" + link._address().rpartition("/")[2]

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _offer_demo(self):
        """Let Odoo's demo provider stand beside the other one, as a clinic offers several ways."""
        demo = self.env.ref("payment.payment_provider_demo").sudo()
        demo = demo.copy({"company_id": self.branch.id, "name": "Demo"})
        demo.write({"state": "test", "is_published": True})
        demo.journal_id = self.company_data["default_journal_bank"]
        demo.payment_method_ids.active = True

    def test_the_deposit_is_paid_in_three_taps_and_the_visit_is_booked(self):
        self._offer_demo()
        self.start_tour(self.address, "clinic_payment_pay")
        self.env.invalidate_all()
        self.assertEqual(
            (self.visit.state, self.visit.deposit_state, self.visit.deposit_paid), ("booked", "paid", 1150)
        )
        [payment] = self.visit.sudo().deposit_payment_ids
        self.assertEqual(payment.payment_transaction_id.provider_code, "demo")
        self.assertEqual(self._ledger(), (-1150, -1150, 1))

    def test_a_provider_with_a_page_of_its_own_is_reached(self):
        with elsewhere() as provider:
            self.provider.redirect_form_view_id.arch = (
                f'<form action="{provider.url}/pay" method="post"><input type="hidden" name="key" value="1" /></form>'
            )
            self.browser_js(self.address, PRESS_PAY)
            self.assertEqual(provider.came, [("POST", "/pay", {"key": ["1"]})])
        self.assertEqual(self.visit.state, "held")


@tagged("post_install", "-at_install")
class TestWallets(PaymentCommon, HttpCase):
    """The demo's JazzCash and EasyPaisa, on a phone, against their sandboxes over HTTP."""

    browser_size = "375x667"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rupees = cls.env.ref("base.PKR")
        rupees.active = True
        clinic = cls.branch.root_id.sudo()
        clinic.currency_id = rupees
        providers = cls.env["payment.provider"].sudo()
        for code in ("jazzcash", "easypaisa"):
            if not providers.search_count([("code", "=", code), ("company_id", "=", clinic.id)]):
                cls.env.ref(f"payment_{code}.payment_provider_{code}").sudo().copy({"company_id": clinic.id})
        load_wallets(cls.env(su=True), clinic)
        domain = [("company_id", "=", clinic.id), ("code", "in", ("jazzcash", "easypaisa")), ("state", "=", "test")]
        cls.wallets = providers.search(domain)
        cls.visit = cls._held()
        cls.link = cls.env["clinic.payment.link"]._of(cls.visit)
        cls.address = "/clinic/pay/" + cls.link._address().rpartition("/")[2]

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _point(self, code, url):
        self.env["ir.config_parameter"].sudo().set_param(f"payment_{code}.local_sandbox", url)

    def test_without_the_sandboxes_nobody_is_asked_and_the_page_says_so(self):
        self.assertEqual(len(self.wallets), 2)
        for code in ("jazzcash", "easypaisa"):
            self.assertEqual(self.env["ir.config_parameter"].sudo().get_param(f"payment_{code}.local_sandbox"), NOBODY)
        self.start_tour(self.address, "clinic_payment_pay_no_sandbox")
        self.assertEqual(self.visit.state, "held")

    def test_easypaisa_gives_a_code_for_a_shop(self):
        with easypaisa_sandbox.running() as sandbox:
            self._point("easypaisa", sandbox.url)
            self.start_tour(self.address, "clinic_payment_pay_shop")
            [tx] = self.link.sudo().transaction_ids
            self.assertEqual((tx.state, tx.easypaisa_token), ("pending", sandbox.orders[tx.reference].token))
            sandbox.pay(tx.reference)
            tx.easypaisa_inquired_at = False
            tx._easypaisa_inquire()
            tx._post_process()
        self.assertEqual((self.visit.state, self.visit.deposit_state), ("booked", "paid"))

    def _jazzcash(self):
        """Return JazzCash's sandbox, which runs as long as the test."""
        sandbox = JazzcashSandbox()
        sandbox.start()
        self.addCleanup(sandbox.stop)
        self._point("jazzcash", sandbox.url)
        return sandbox

    def test_jazzcash_s_wallet_is_paid_from_this_page(self):
        sandbox = self._jazzcash()
        self.start_tour(self.address, "clinic_payment_pay_wallet")
        self.env.invalidate_all()
        self.assertEqual((self.visit.state, self.visit.deposit_state), ("booked", "paid"))
        self.assertEqual(len(sandbox.asked("DoMWalletTransaction")), 1)

    def test_jazzcash_s_page_and_back(self):
        self._jazzcash().script = "document.querySelector('button').click()"
        self.wallets.filtered(lambda one: one.code == "jazzcash").jazzcash_wallet_flow = "page"
        self.start_tour(self.address, "clinic_payment_pay_page")
        self.env.invalidate_all()
        self.assertEqual((self.visit.state, self.visit.deposit_state), ("booked", "paid"))
