from odoo import api, models

from ..closed import own_step, refuse_closed

FIXED = {"account_id", "amount_currency", "balance", "credit", "currency_id", "debit", "move_id"}


class AccountMoveLine(models.Model):
    """The lines of counted cash are as fixed as their entries."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._clinic_check_till()
        return lines

    def write(self, vals):
        if vals.keys() & FIXED:
            self._clinic_check_till()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        """As of their entries."""
        self._clinic_check_till()

    def _clinic_check_till(self):
        """Raise ``UserError`` when one of these lines was counted by a closing."""
        if own_step(self.env):
            return
        for line in self:
            if (closing := line.move_id.clinic_till_id) and line._clinic_is_counted():
                refuse_closed(self.env, closing)

    def _clinic_is_counted(self):
        """Return whether this line of a counted entry is fixed: of a statement's line the cash alone."""
        move = self.move_id
        if move._clinic_is_matched():
            return False
        return not move.statement_line_id or self.account_id in move.journal_id.sudo()._clinic_cash_accounts()
