from odoo import fields, models


class ClinicDepositWaive(models.TransientModel):
    """Why no deposit is asked of a patient."""

    _name = "clinic.deposit.waive"
    _description = "Waive a Deposit"

    visit_id = fields.Many2one("clinic.visit", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="visit_id.currency_id")
    amount = fields.Monetary(related="visit_id.deposit_due")
    reason = fields.Char(required=True)

    def action_waive(self):
        """Waive the deposit and book the visit."""
        self.ensure_one()
        return self.visit_id.action_waive_deposit(self.reason)
