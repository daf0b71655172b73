from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_commission_earned = fields.Selection(
        [("invoiced", "When it is invoiced"), ("received", "As the patient pays")],
        string="Commissions Are Earned",
        required=True,
        default="invoiced",
        help="A change counts for what is invoiced from then on.",
    )
    clinic_commission_booking = fields.Selection(
        [("entry", "A journal entry"), ("bill", "A vendor bill")],
        string="Commissions Are Booked By",
        required=True,
        default="entry",
    )
    clinic_commission_journal_id = fields.Many2one(
        "account.journal", string="Journal of Commissions", domain="[('type', 'in', ('general', 'purchase'))]"
    )
    clinic_commission_expense_id = fields.Many2one("account.account", string="Commission Expense")
    clinic_commission_payable_id = fields.Many2one(
        "account.account", string="Commissions Payable", help="For journal entries: what is owed to the practitioners."
    )
