from odoo import fields, models

from odoo.addons.clinic.reasons import check_reason


class ClinicLotAlertDismiss(models.TransientModel):
    """Why a lot is not blocked."""

    _name = "clinic.lot.alert.dismiss"
    _description = "Do Not Block a Lot"

    alert_id = fields.Many2one("clinic.lot.alert", required=True, ondelete="cascade")
    reason = fields.Char(required=True, size=200, help="Managers read it: name no patient.")

    def action_dismiss(self):
        """Settle the alert without blocking the lot."""
        self.ensure_one()
        check_reason(self.env, self.reason, self.env._("Say why the lot is not blocked."))
        self.alert_id._check_may_decide()
        self.alert_id._decide({"state": "dismissed", "reason": self.reason.strip()})
        return {"type": "ir.actions.act_window_close"}
