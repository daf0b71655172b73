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

        Anyone may take a payment without seeing the commissions that follow from it.
        """
        # A credit note says by itself what it takes back of its own invoice, when it is posted.
        invoices = (
            self.sudo()
            .filtered(lambda part: part.credit_move_id.move_id.reversed_entry_id != part.debit_move_id.move_id)
            .debit_move_id.move_id
        )
        return invoices.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")
