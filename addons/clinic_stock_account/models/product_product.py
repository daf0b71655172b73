from odoo import SUPERUSER_ID, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _update_standard_price(self, *args, **kwargs):
        """Items by lot take their cost from their lots, once those are up to date."""
        items = self.filtered("clinic_item")
        super(ProductProduct, self - items)._update_standard_price(*args, **kwargs)
        # Odoo looks at the stock as the user who moved it, even under sudo, and who treats has no rights there.
        alike = items.filtered(lambda item: not item.lot_valuated).with_user(SUPERUSER_ID)
        super(ProductProduct, alike)._update_standard_price(*args, **kwargs)

    def _clinic_take_cost_of_lots(self):
        """Let these items cost what their lots in stock cost on average.

        Odoo itself would go through every move that an item ever had, while somebody waits in the treatment room.
        """
        held = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("location_id.usage", "in", ("internal", "transit")),
                ("lot_id", "!=", False),
            ],
            ["product_id", "lot_id"],
            ["quantity:sum"],
        )
        for product in self:
            lots = [(lot, quantity) for item, lot, quantity in held if item == product]
            total = sum(quantity for _lot, quantity in lots)
            if product.uom_id.compare(total, 0) > 0:
                cost = sum(lot.standard_price * quantity for lot, quantity in lots) / total
                # No revaluation: the lots keep what each has cost.
                product.with_context(disable_auto_revaluation=True).standard_price = cost
