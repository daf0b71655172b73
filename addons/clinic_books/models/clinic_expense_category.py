from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, ValidationError

EXPENSE_TYPES = ("expense", "expense_other", "expense_direct_cost", "expense_depreciation")


class ClinicExpenseCategory(models.Model):
    """What the clinic spends money on, and the account on which it is booked."""

    _name = "clinic.expense.category"
    _description = "Expense Category"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    account_id = fields.Many2one(
        "account.account",
        domain=[("account_type", "in", EXPENSE_TYPES)],
        ondelete="restrict",
        help="On this account its expenses are booked, and they stand under its name in the profit and loss.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        domain=[("type_tax_use", "=", "purchase")],
        help="Proposed on each expense. Empty: nothing of it is reclaimed.",
    )
    partner_id = fields.Many2one("res.partner", string="Usual Vendor", help="Proposed on each expense.")
    is_advertising = fields.Boolean(
        string="Advertising", help="Its expenses name the source and campaign that they were spent on."
    )

    _name_unique = models.UniqueIndex("((name->>'en_US'))", "There is an expense category of this name already.")

    @api.constrains("account_id")
    def _check_account(self):
        """Expenses are booked on accounts of expenses, no matter who sets them up."""
        for category in self:
            account = category.account_id
            if account and account.account_type not in EXPENSE_TYPES:
                raise ValidationError(
                    self.env._("%(account)s is no account of expenses.", account=account.display_name)
                )

    def _clinic_account_in(self, branch):
        """Return the account of this category in the books of ``branch``.

        :raises RedirectWarning: when it has none there, with a button that opens the category
        """
        self.ensure_one()
        # That it is the account of another clinic is said below, in words.
        account = self.account_id.sudo()
        if account.active and account.company_ids & branch.sudo().parent_ids:
            return account.with_env(self.env)
        raise RedirectWarning(
            self.env._(
                "The category %(category)s has no account in the books of %(branch)s. Choose one, then post the "
                "expense again.",
                category=self.name,
                branch=branch.name,
            ),
            {
                "type": "ir.actions.act_window",
                "res_model": self._name,
                "res_id": self.id,
                "views": [[False, "form"]],
            },
            self.env._("Open the Category"),
        )
