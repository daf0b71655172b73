from odoo import http

from odoo.addons.payment.controllers import post_processing


class PaymentPostProcessing(post_processing.PaymentPostProcessing):
    @http.route()
    def poll_status(self, **kwargs):
        """Ask JazzCash, when it is time to, while the customer waits for the result."""
        transaction = self._get_monitored_transaction()
        if transaction.provider_code == "jazzcash":
            transaction._jazzcash_inquire_if_due()
        return super().poll_status(**kwargs)
