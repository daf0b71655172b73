from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..desk import at_desk, changes, refuse


class AccountMoveLine(models.Model):
    """The lines of what the desk may not change are closed as well, and so is what was paid by what."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        if at_desk(self.env):
            moves = self.env["account.move"].browse({vals.get("move_id") for vals in vals_list} - {None, False})
            if moves.exists()._is_closed_to_desk():
                refuse(self.env)
        return super().create(vals_list)

    def write(self, vals):
        if at_desk(self.env) and changes(self, vals) and self.move_id._is_closed_to_desk():
            refuse(self.env)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_at_desk(self):
        """As of their documents."""
        if at_desk(self.env) and self.move_id._is_closed_to_desk():
            refuse(self.env)

    def reconcile(self):
        """The desk takes a patient's payments for that patient's invoices, and nobody else's."""
        if not at_desk(self.env):
            return super().reconcile()
        if len(self.partner_id) > 1:
            refuse(self.env)
        return super(AccountMoveLine, self._clinic_writing()).reconcile()

    def remove_move_reconcile(self):
        if at_desk(self.env) and self.sudo().matched_debit_ids | self.sudo().matched_credit_ids:
            refuse(self.env)
        return super().remove_move_reconcile()

    def _check_desk_sells(self):
        """Raise ``UserError`` when these lines are sold for less than the desk may give them away for."""
        for line in self.filtered(lambda line: line.display_type == "product"):
            if not line.quantity > 0 or not line.price_unit >= 0:
                raise UserError(self.env._("At the desk nothing is sold below zero. Ask the accountant."))
            line._check_desk_discount()

    def _check_desk_discount(self):
        """Raise ``UserError`` when this line is below the list price by more than the user may give away."""
        self.ensure_one()
        listed = self._clinic_list_price()
        if not listed:
            return
        percent = 100 * (1 - self.price_unit / (self.currency_rate or 1) * (1 - self.discount / 100) / listed)
        limit = self.env.user._clinic_discount_limit(self.company_id)
        if float_compare(percent, limit, 2) > 0:
            raise UserError(
                self.env._(
                    "%(product)s is %(percent)s %% below the list price; you may give %(limit)s %%. Ask a manager to "
                    "confirm this invoice.",
                    product=self.product_id.display_name,
                    percent=f"{percent:.2f}",
                    limit=f"{limit:g}",
                )
            )

    def _clinic_list_price(self):
        """Return the list price of one unit of this line's product in the branch's currency; nothing without one."""
        self.ensure_one()
        product = self.product_id
        if not product:
            return 0.0
        return product.uom_id._compute_price(self._clinic_list_price_of_unit(), self.product_uom_id)
