from odoo import models

from ..desk import at_desk, refuse


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """The invoice that comes in the place of a credited one charges the same visit. Not at the desk."""
        if at_desk(self.env):
            refuse(self.env)
        return super(AccountMoveReversal, self._clinic_writing()).reverse_moves(is_modify)

    def _modify_default_reverse_values(self, origin_move):
        values = super()._modify_default_reverse_values(origin_move)
        if origin_move.clinic_visit_id:
            values["invoice_origin"] = origin_move.invoice_origin
        return values
