from odoo import api, fields, models
from odoo.exceptions import UserError

from ..desk import at_desk, changes, refuse


class AccountMove(models.Model):
    """What the desk may do: sell over the counter, and confirm what others have prepared."""

    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        if at_desk(self.env):
            usual = self.env.context.get("default_move_type", "entry")
            if any(vals.get("move_type", usual) != "out_invoice" for vals in vals_list):
                refuse(self.env)
        return super().create(vals_list)

    def write(self, vals):
        if at_desk(self.env) and (names := changes(self, vals)) and ("state" in names or self._is_closed_to_desk()):
            refuse(self.env)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_at_desk(self):
        """The desk deletes its own sales that were never confirmed, no invoice of a visit and nothing else."""
        if at_desk(self.env) and self._is_closed_to_desk():
            refuse(self.env)

    def _is_closed_to_desk(self):
        """Return whether one of these is more than the draft of a sale over the counter, never confirmed."""
        # That a document charges a visit is no secret of anyone who may change it.
        return any(
            move.state != "draft" or move.posted_before or move.clinic_visit_id or move.move_type != "out_invoice"
            for move in self.sudo()
        )

    def button_draft(self):
        if self and at_desk(self.env):
            refuse(self.env)
        return super().button_draft()

    def button_cancel(self):
        if not at_desk(self.env):
            return super().button_cancel()
        if self._is_closed_to_desk():
            refuse(self.env)
        return super(AccountMove, self._clinic_writing()).button_cancel()

    def _post(self, soft=True):
        if not at_desk(self.env):
            return super()._post(soft)
        self._check_desk_posts()
        return super(AccountMove, self._clinic_writing())._post(soft).with_env(self.env)

    def _check_desk_posts(self):
        """Raise when one of these is nothing that the desk confirms: a sale of today, or an invoice of a visit."""
        for move in self:
            if move.move_type != "out_invoice":
                refuse(self.env)
            # What others have prepared for a visit is confirmed as it is; nothing of it was changed here.
            if not move.sudo().clinic_visit_id:
                move._check_desk_date()
                move.invoice_line_ids._check_desk_sells()

    def _check_desk_date(self):
        """Raise ``UserError`` when this is dated on another day than today."""
        days = {self.company_id._clinic_today(), fields.Date.context_today(self)}
        if self.invoice_date and self.invoice_date not in days:
            raise UserError(self.env._("An invoice made at the desk has today's date. Ask the accountant for another."))
