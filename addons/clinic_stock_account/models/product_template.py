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
        changed = self.filtered(lambda template: template.clinic_item != vals.get("clinic_item", template.clinic_item))
        result = super().write(vals)
        changed._clinic_value_anew()
        return result

    def _clinic_value_anew(self):
        """Bring the costs of these products and of their lots up to date in each branch that had some of them."""
        # Costs are kept by Odoo; anyone who may say what is an item need not see those of each branch.
        moved = self.env["stock.move.line"].sudo()
        domain = [("product_id", "in", self.product_variant_ids.ids), ("state", "=", "done")]
        held = moved._read_group(domain, ["company_id"], ["product_id:recordset", "lot_id:recordset"])
        for company, products, lots in held:
            products.with_company(company)._update_standard_price()
            lots.with_company(company)._update_standard_price()
