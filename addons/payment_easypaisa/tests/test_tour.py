from odoo.tests import tagged

from .common import EasypaisaCommon


@tagged("post_install", "-at_install")
class TestTour(EasypaisaCommon):
    """The customer's browser, with the sandbox as EasyPaisa."""

    def _open(self):
        values = self._prepare_pay_values(reference="V/2026/00042")
        return "/payment/pay?" + "&".join(f"{name}={value}" for name, value in values.items())

    def _last(self):
        return self.env["payment.transaction"].search([("provider_id", "=", self.provider.id)], limit=1)

    def test_a_code_for_a_shop(self):
        self.start_tour(self._open(), "payment_easypaisa_otc")
        tx = self._last()
        self.assertEqual((tx.state, tx.easypaisa_channel), ("pending", "otc"))
        self.assertEqual(tx.easypaisa_token, self.sandbox.orders[tx.reference].token)

    def test_a_wallet_is_paid_while_the_customer_waits(self):
        self.sandbox.first_status = "PAID"
        self.start_tour(self._open(), "payment_easypaisa_wallet")
        self.assertEqual((self._last().state, self._last().easypaisa_channel), ("done", "wallet"))

    def test_the_hosted_checkout_leads_there_and_back(self):
        self.provider.easypaisa_flow = "hosted"
        self.sandbox.first_status = "PAID"
        self.start_tour(self._open(), "payment_easypaisa_hosted")
        self.assertEqual((self._last().state, self._last().easypaisa_channel), ("done", "hosted"))
