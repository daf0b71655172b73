from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_payment.tests.common import PaymentCommon
from odoo.addons.clinic_signin_payment.tests.common import elsewhere

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
