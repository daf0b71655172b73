from odoo import fields, models


class ClinicFeeWaive(models.TransientModel):
    """Why a patient pays no fee."""

    _name = "clinic.fee.waive"
    _description = "Waive a Fee"

    visit_id = fields.Many2one("clinic.visit", required=True, ondelete="cascade")
    fee_text = fields.Text(related="visit_id.fee_text")
    reason = fields.Char(required=True)

    def action_waive(self):
        """Waive the fee; what was charged is credited."""
        self.ensure_one()
        return self.visit_id.action_waive_fee(self.reason)
