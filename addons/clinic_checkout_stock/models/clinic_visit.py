from odoo import models
from odoo.exceptions import UserError


class ClinicVisit(models.Model):
    """What was sold at the desk leaves the stock as the visit is checked out."""

    _inherit = "clinic.visit"

    def _check_out(self):
        invoice = super()._check_out()
        if invoice and self.sudo().checkout_line_ids and invoice._lines_to_hand_over():
            try:
                with self.env.cr.savepoint():
                    invoice.action_hand_over()
            except UserError:
                # The goods are in the patient's hands, whatever the stock says: they stay to be handed over on the
                # invoice, and stand among the discrepancies.
                self.env.invalidate_all()
        return invoice
