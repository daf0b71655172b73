from odoo import http

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing


class EasypaisaPostProcessing(PaymentPostProcessing):
    @http.route()
    def poll_status(self, **kwargs):
        """Override of `payment`: EasyPaisa need not notify us, so that a customer who waits has us ask."""
        monitored_tx = self._get_monitored_transaction()
        if monitored_tx.provider_code == "easypaisa":
            monitored_tx._easypaisa_inquire()
        return super().poll_status(**kwargs)
