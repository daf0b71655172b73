from odoo import models
from odoo.exceptions import AccessError


class StockLot(models.Model):
    """What a lot has cost follows from how it came; only managers of the stock set it by hand."""

    _inherit = "stock.lot"

    def write(self, vals):
        if "standard_price" in vals and not self._clinic_may_value():
            for lot in self:
                # A new lot that costs what its item does is Odoo's own.
                product = lot.product_id.sudo().with_company(self.env.company)
                if product.clinic_item and vals["standard_price"] != product.standard_price:
                    raise AccessError(
                        self.env._("The cost of a lot follows from its receipt. Ask a manager to set it.")
                    )
        return super().write(vals)

    def _clinic_may_value(self):
        doing = self.env["clinic.stock.book"]._is_doing()
        return self.env.su or doing or self.env.user.has_group("stock.group_stock_manager")
