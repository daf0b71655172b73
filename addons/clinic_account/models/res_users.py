from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _clinic_discount_limit(self, branch):
        """Return the percentage of the list price that this user may give away in ``branch`` without asking."""
        self.ensure_one()
        # A branch's rules are no secret of those who follow them.
        branch = branch.sudo()
        if self.has_group("clinic.group_manager"):
            return branch.clinic_discount_manager
        return branch.clinic_discount_reception if self.has_group("clinic.group_reception") else 0.0

    def _clinic_may_decide_on(self, discount):
        """Return whether this user decides on ``discount``, a request: another manager, unless there is no other."""
        self.ensure_one()
        if not self.has_group("clinic.group_manager"):
            return False
        return discount.asked_by_id != self or not self._clinic_other_managers(discount.company_id)

    def _clinic_other_managers(self, branch):
        """Return the other managers of ``branch`` who can sign in."""
        managers = self.env.ref("clinic.group_manager").sudo().all_user_ids
        return managers.filtered(lambda user: user.active and branch in user.company_ids) - self
