from odoo import http
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing


class PayStatus(PaymentPostProcessing):
    @http.route()
    def display_status(self, **kwargs):
        """Who pays by a link waits on the clinic's page, in the patient's language and without a way to sign in."""
        if self._get_monitored_transaction().clinic_link_id:
            return request.redirect("/clinic/pay/done")
        return super().display_status(**kwargs)
