from odoo import api, models
from odoo.exceptions import ValidationError

# What distinguishes this database from all others; it is copied along with it, and each file is bound to it.
DATABASE = "clinic_vault.database"


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    def write(self, vals):
        if DATABASE in self.mapped("key"):
            raise ValidationError(
                self.env._("The parameter %s is not changed: no photo and no document would open any more.", DATABASE)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_the_vault_s(self):
        """Keep the name that all stored files are bound to."""
        if DATABASE in self.mapped("key"):
            raise ValidationError(
                self.env._("The parameter %s is not deleted: no photo and no document would open any more.", DATABASE)
            )
