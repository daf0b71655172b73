from odoo import models
from odoo.exceptions import UserError


class HrExpenseSplit(models.TransientModel):
    _inherit = "hr.expense.split"

    def _get_values(self):
        """Return the values of one part: who claims it is said by the claim, not by the form."""
        claim = self.wizard_id.expense_id or self.expense_id
        values = super()._get_values()
        # The account follows from the kind of each part, the approval from the claim.
        for name in ("account_id", "approval_state", "approval_date"):
            values.pop(name, None)
        return {**values, "employee_id": claim.employee_id.id, "manager_id": claim.manager_id.id}


class HrExpenseSplitWizard(models.TransientModel):
    _inherit = "hr.expense.split.wizard"

    def action_split_expense(self):
        """Split the claim.

        :raises UserError: if the parts don't add up to it, or it may not be changed any more
        """
        self.ensure_one()
        if not self.expense_id.is_editable or self.expense_id.account_move_id:
            raise UserError(self.env._("This claim is no longer yours to change. Ask who approves it."))
        if not self.split_possible:
            raise UserError(self.env._("The parts of a claim add up to its amount."))
        claim, claims = self.expense_id, self.env["hr.expense"]
        state = {"approval_state": claim.approval_state, "approval_date": claim.approval_date}
        before = claims.search([("split_expense_origin_id", "=", (claim.split_expense_origin_id or claim).id)])
        action = super(HrExpenseSplitWizard, self._clinic_writing()).action_split_expense()
        parts = claims.search([("split_expense_origin_id", "=", claim.split_expense_origin_id.id)]) - before - claim
        # What was approved as a whole is approved in its parts, by whichever of those who may change it.
        parts.sudo().write(state)
        return action
