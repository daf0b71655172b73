from odoo import api, models


class ProductTemplate(models.Model):
    """Items used in procedures cost what the lot that was taken had cost."""

    _inherit = "product.template"

    @api.depends("clinic_item", "tracking")
    def _compute_lot_valuated(self):
        """Items by lot are valued by lot, until somebody decides otherwise on the product."""
        super()._compute_lot_valuated()
        for template in self:
            if template.clinic_item and template.tracking != "none":
                template.lot_valuated = True

    @api.depends("clinic_item")
    def _compute_cost_method(self):
        """A standard price, which is what Odoo takes when nobody chooses, knows nothing of what a lot had cost."""
        super()._compute_cost_method()
        for template in self:
            if template.clinic_item and template.cost_method == "standard":
                template.cost_method = "average"

    def write(self, vals):
        result = super().write(vals)
        if "clinic_item" in vals:
            self._clinic_value_anew()
        return result

    def _clinic_value_anew(self):
        """Bring the costs of these products and of their lots up to date in each branch, as their method is another."""
        # Costs are kept by Odoo; whoever may say what is an item need not see those of each branch.
        products = self.sudo().product_variant_ids
        lots = self.env["stock.lot"].sudo().search([("product_id", "in", products.ids)])
        for company in self.env["res.company"].sudo().search([]):
            products.with_company(company)._update_standard_price()
            lots.with_company(company)._update_standard_price()
