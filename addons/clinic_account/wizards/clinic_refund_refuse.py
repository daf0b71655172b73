from odoo import fields, models

from odoo.addons.clinic.reasons import check_reason


class ClinicRefundRefuse(models.TransientModel):
    """Why a refund is refused, for the person who asked for it."""

    _name = "clinic.refund.refuse"
    _description = "Refuse Refund"

    refund_id = fields.Many2one("clinic.refund", required=True, ondelete="cascade")
    reason = fields.Char(string="Why")

    def action_refuse(self):
        """Refuse the refund for the reason that was typed.

        :raises UserError: without a reason in words, and as ``clinic.refund.action_refuse``
        """
        self.ensure_one()
        question = self.env._("Say in a few words why the refund is refused.")
        self.refund_id.action_refuse(check_reason(self.env, self.reason, question))
        return {"type": "ir.actions.act_window_close"}
