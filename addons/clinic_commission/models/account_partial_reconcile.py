from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._clinic_paid_invoices()._settle_commissions("paid")
        return partials

    def unlink(self):
        invoices = self._clinic_paid_invoices()
        result = super().unlink()
        invoices._settle_commissions("paid")
        return result

    def _clinic_paid_invoices(self):
        """Return the invoices that these parts pay or paid and that people earn with, with all rights.

        Whoever takes a payment does not see the commissions that follow from it.
        """
        # A credit note says by itself what it takes back, when it is posted.
        paying = self.sudo().filtered(lambda partial: partial.credit_move_id.move_id.move_type != "out_refund")
        invoices = paying.debit_move_id.move_id
        return invoices.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")
