from odoo import api, models
from odoo.tools import ormcache


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model
    @ormcache()
    def _clinic_any(self):
        """Return whether any price list has a rule; without one, each says what the list price says.

        Odoo switches price lists on together with several currencies, and most clinics have none of their own: nobody
        has to wait for them then.
        """
        return bool(self.sudo().search_count([], limit=1))

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        self.env.registry.clear_cache()
        return items

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
