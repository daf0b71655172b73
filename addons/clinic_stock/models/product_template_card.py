from odoo import models


class ProductTemplate(models.Model):
    """What can be opened from a product."""

    _inherit = "product.template"

    def action_open_stock_card(self):
        """Open the stock card of the variants."""
        self.ensure_one()
        variants = self.with_context(active_test=False).product_variant_ids
        if len(variants) == 1:
            return variants.action_open_stock_card()
        # By ids: through the template the database would sort all of a card before it shows the first page.
        return self.env["clinic.stock.card"]._action_for(self, [("product_id", "in", variants.ids)])
