from odoo import api, fields, models


class AccountMove(models.Model):
    """What a bill was spent on, and how long an invoice is overdue."""

    _inherit = "account.move"

    clinic_expense_category_id = fields.Many2one(
        "clinic.expense.category", string="Expense Category", index="btree_not_null", ondelete="restrict"
    )
    # Named as Odoo's sales name them, with which they are the same fields.
    campaign_id = fields.Many2one("utm.campaign", index="btree_not_null", ondelete="set null")
    source_id = fields.Many2one("utm.source", index="btree_not_null", ondelete="set null")
    clinic_days_overdue = fields.Integer(compute="_compute_clinic_days_overdue", string="Days Overdue")
    clinic_partner_phone = fields.Char(related="partner_id.phone", string="Phone")

    @api.depends("invoice_date_due", "amount_residual", "state")
    def _compute_clinic_days_overdue(self):
        today = {company: company._clinic_today() for company in self.company_id}
        for move in self:
            is_open = move.state == "posted" and move.amount_residual and move.invoice_date_due
            late = (today[move.company_id] - move.invoice_date_due).days if is_open else 0
            move.clinic_days_overdue = max(late, 0)
