from odoo import fields
from odoo.http import request

from odoo.addons.clinic.browser import browser_of
from odoo.addons.clinic_payment.controllers.pay import PayPages


class DisputePayPages(PayPages):
    """The page of a payment link shows what is agreed to; who goes on to pay accepts it, which is kept as evidence."""

    def _clinic_prepare_transaction(self, link):
        return {
            **super()._clinic_prepare_transaction(link),
            "clinic_accepted_at": fields.Datetime.now(),
            "clinic_accepted_text": self._clinic_terms(link),
            # Behind a proxy Odoo has put the patient's address here, as everywhere else in the suite.
            "clinic_ip": request.httprequest.remote_addr,
            "clinic_browser": browser_of(request.httprequest),
        }

    def _clinic_values(self, link, **values):
        return super()._clinic_values(link, terms=self._clinic_terms(link), **values)

    def _clinic_terms(self, link):
        """Return the text that is accepted by paying by ``link``; none for a debt, which was agreed to before.

        Like all of the page it tells a stranger nothing of what is done.
        """
        if link.invoice_id:
            return False
        return link.env["clinic.dispute.pack"]._neutral(link.visit_id, link.visit_id._terms_text())
