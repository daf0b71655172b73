from odoo import api, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _clinic_retail_domain(self, branch):
        """A package is sold by its own dialog, so that its sessions are known."""
        return super()._clinic_retail_domain(branch) & Domain("is_package", "=", False)
