from odoo import api, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _clinic_tip_product(self):
        """Return the product by which tips stand on invoices; none where it was deleted or archived."""
        tip = self.env.ref("clinic_checkout.product_tip", raise_if_not_found=False) or self.browse()
        return tip.product_variant_id

    @api.model
    def _clinic_retail_domain(self, branch):
        """Return which products are sold at the checkout of ``branch``: no treatments, and nothing confidential.

        What is sold stands on the invoice by its name. Other addons leave out what is sold by a way of its own.
        """
        # The products of its company are a branch's as well.
        companies = [False, *branch.sudo().parent_ids.ids]
        sold = Domain("sale_ok", "=", True) & Domain("company_id", "in", companies)
        sold &= Domain("is_treatment", "=", False) & Domain("clinic_neutral_key", "=", False)
        # A tip has a way of its own.
        tip = self._clinic_tip_product().product_tmpl_id
        return sold & Domain("is_confidential", "=", False) & Domain("product_tmpl_id", "!=", tip.id)
