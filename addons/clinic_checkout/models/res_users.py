from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _clinic_may_leave_unpaid(self, branch, amount):
        """Return whether this user may let a patient of ``branch`` owe ``amount`` of a visit: the one rule for that."""
        self.ensure_one()
        # A branch's rules are no secret of those who follow them.
        branch = branch.sudo()
        limit = self._clinic_debt_limit(branch)
        return limit is None or branch.currency_id.compare_amounts(amount, limit) <= 0

    def _clinic_debt_limit(self, branch):
        """Return what this user may leave unpaid of a visit in ``branch``; None: anything, as managers may."""
        self.ensure_one()
        if self.has_group("clinic.group_accountant"):
            return None
        # As above.
        return branch.sudo().clinic_debt_reception
