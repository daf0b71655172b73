from odoo import fields, models


class ResCompany(models.Model):
    """Who buys for a branch, and in which warehouse its goods lie."""

    _inherit = "res.company"

    clinic_buyer_id = fields.Many2one(
        "res.users",
        string="Buyer",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        ondelete="set null",
        help="Is told what to reorder and what expires soon. Without one it is somebody of the branch's warehouse,"
        " else a manager.",
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
