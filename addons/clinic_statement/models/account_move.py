from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_clinic_statement(self):
        """Open the dialog for a statement of whom these invoices are for.

        :raises UserError: if none of them names anybody
        """
        partners = self.commercial_partner_id
        if not partners:
            raise UserError(self.env._("No customer is named: a statement needs one."))
        return partners.action_clinic_statement()
