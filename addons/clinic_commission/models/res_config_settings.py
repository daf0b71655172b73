from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_commission_earned = fields.Selection(
        related="company_id.clinic_commission_earned", readonly=False, required=True
    )
    clinic_commission_booking = fields.Selection(
        related="company_id.clinic_commission_booking", readonly=False, required=True
    )
    clinic_commission_journal_id = fields.Many2one(related="company_id.clinic_commission_journal_id", readonly=False)
    clinic_commission_expense_id = fields.Many2one(related="company_id.clinic_commission_expense_id", readonly=False)
    clinic_commission_payable_id = fields.Many2one(related="company_id.clinic_commission_payable_id", readonly=False)
