from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HrExpense(models.Model):
    """Claims of staff: approved by another, and booked in the branch and on the account of the clinic's books.

    Odoo guards who approves when a claim is changed, not when it is made, and lets its state be written.
    """

    _inherit = "hr.expense"
    _clinic_locked = ("state", "approval_state", "approval_date", "account_move_id", "former_sheet_id")
    _clinic_fixed = ("employee_id", "company_id")

    company_id = fields.Many2one(default=lambda self: self._clinic_default_branch())
    employee_id = fields.Many2one(default=lambda self: self._default_employee_id())

    @api.model
    def _clinic_default_branch(self):
        """Return the branch whose employee the user is: of those at work, the current one first."""
        # Which employee one is oneself is no secret.
        mine = self.env.user.sudo().employee_ids.company_id & self.env.companies
        return self.env.company if self.env.company in mine or not mine else mine[0]

    @api.model
    def _default_employee_id(self):
        """Return whose claim a new one is.

        :raises ValidationError: for a user who is no employee and cannot choose one
        """
        branch = self._clinic_default_branch()
        user = self.env.user.with_company(branch)
        if not user.employee_id and not user.has_group("hr_expense.group_hr_expense_team_approver"):
            raise ValidationError(
                self.env._(
                    "You are not among the employees of %(branch)s yet, who can claim expenses. Ask a manager to add "
                    "you under Employees.",
                    branch=branch.name,
                )
            )
        return super(HrExpense, self.with_company(branch))._default_employee_id()

    @api.depends("product_id", "company_id")
    def _compute_account_id(self):
        super()._compute_account_id()
        for expense in self:
            # Who claims may not read the books; which account a claim is booked on is the accountant's word.
            category = expense.product_id.product_tmpl_id.sudo().clinic_expense_category_id
            account = category.account_id
            if account.active and account.company_ids & expense.company_id.sudo().parent_ids:
                expense.account_id = account.with_env(self.env)

    def _can_be_autovalidated(self):
        """Return whether a claim is approved as it is submitted: never. With nobody named, it waits for a manager."""
        return False

    def action_submit(self):
        return super(HrExpense, self._clinic_writing()).action_submit()

    def _do_approve(self, check=True):
        return super(HrExpense, self._clinic_writing())._do_approve(check)

    def _do_refuse(self, reason):
        return super(HrExpense, self._clinic_writing())._do_refuse(reason)

    def _prepare_move_vals(self):
        """Return the values of the entry: of the branch of the claim, also in a journal of the company above."""
        categories = self.product_id.product_tmpl_id.sudo().clinic_expense_category_id
        return {
            **super()._prepare_move_vals(),
            "company_id": self.company_id.id,
            "clinic_expense_category_id": categories.id if len(categories) == 1 else False,
        }
