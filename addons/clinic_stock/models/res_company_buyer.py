from odoo import api, fields, models
from odoo.exceptions import ValidationError


def buyer_domain(branch):
    """Return a field's domain: those who may buy for the branch that stands in the field ``branch``."""

    def domain(model):
        keepers = model.env.ref("clinic.group_warehouse").id
        return f"[('share', '=', False), ('company_ids', 'in', {branch}), ('all_group_ids', 'in', {keepers})]"

    return domain


class ResCompany(models.Model):
    """Who buys for a branch, and in which warehouse its goods lie."""

    _inherit = "res.company"

    clinic_buyer_id = fields.Many2one(
        "res.users",
        string="Buyer",
        domain=buyer_domain("id"),
        ondelete="set null",
        help="Is told what to reorder and what expires soon. Without one it is somebody of the branch's warehouse,"
        " else a manager.",
    )

    @api.constrains("clinic_buyer_id")
    def _check_clinic_buyer(self):
        """A buyer is told of a branch's stock and orders for it: only who keeps that stock can."""
        for company in self.filtered("clinic_buyer_id"):
            # Anyone who sets up a branch need not be allowed to see what its users may do.
            buyer = company.sudo().clinic_buyer_id
            if buyer.share or company not in buyer.company_ids or not buyer.has_group("clinic.group_warehouse"):
                raise ValidationError(
                    self.env._(
                        "%(buyer)s cannot be the buyer of %(branch)s. Choose an internal user who may work in this "
                        "branch and has the role “Warehouse” or “Manager”.",
                        buyer=buyer.name,
                        branch=company.name,
                    )
                )

    def _clinic_buyer(self):
        """Return the user who is told of what this branch has to buy; empty when there is nobody."""
        self.ensure_one()
        if self.clinic_buyer_id.active:
            return self.clinic_buyer_id
        managers = self._clinic_users("clinic.group_manager")
        return ((self._clinic_users("clinic.group_warehouse") - managers) or managers)[:1]

    def _clinic_users(self, group):
        """Return the active users of ``group`` who may work in this branch, those at home in it first."""
        users = self.env.ref(group).all_user_ids.filtered(lambda user: user.active and self in user.company_ids)
        return users.sorted(lambda user: (user.company_id != self, user.id))

    def _clinic_warehouse(self):
        """Return the warehouse that this branch's treatment rooms belong to, else its first one; may be empty."""
        self.ensure_one()
        # Which of its warehouses it is says nothing about what lies there.
        company = self.sudo()
        return company.treatment_location_id.warehouse_id or company.env["stock.warehouse"].search(
            [("company_id", "=", self.id)], limit=1
        )
