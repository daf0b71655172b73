from odoo import models


class ClinicPaymentLink(models.Model):
    _inherit = "clinic.payment.link"

    def _may_keep_card(self):
        """Where a fee may be charged to it, as was agreed."""
        self.ensure_one()
        return self.visit_id.fee_by_card or super()._may_keep_card()


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    def _invoice_by_link(self):
        """The fee of a visit that has no invoice of its own."""
        return super()._invoice_by_link() or self.fee_invoice_id
