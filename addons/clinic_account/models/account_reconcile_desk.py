from odoo import api, models

from ..desk import at_desk, refuse


class AccountPartialReconcile(models.Model):
    """Which payment pays which invoice follows from taking it; the desk does not enter it."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        if at_desk(self.env):
            refuse(self.env)
        return super().create(vals_list)

    def write(self, vals):
        if at_desk(self.env):
            refuse(self.env)
        return super().write(vals)

    def unlink(self):
        if self and at_desk(self.env):
            refuse(self.env)
        return super().unlink()


class AccountFullReconcile(models.Model):
    """As the parts of it."""

    _inherit = "account.full.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        if at_desk(self.env):
            refuse(self.env)
        return super().create(vals_list)

    def write(self, vals):
        if at_desk(self.env):
            refuse(self.env)
        return super().write(vals)

    def unlink(self):
        if self and at_desk(self.env):
            refuse(self.env)
        return super().unlink()
