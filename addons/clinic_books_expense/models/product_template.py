from odoo import fields, models


class ProductTemplate(models.Model):
    """What staff may claim, and where the clinic's books have it."""

    _inherit = "product.template"

    clinic_expense_category_id = fields.Many2one(
        "clinic.expense.category",
        string="Expense Category",
        ondelete="restrict",
        index="btree_not_null",
        groups="clinic.group_accountant",
        help="Claims of this kind are booked on the account of this category, beside the bills of it.",
    )
