from odoo import api, fields, models
from odoo.exceptions import UserError


class StockQuant(models.Model):
    """What lies in stock of clinic items changes by moves; by hand only a count is entered, which becomes one."""

    _inherit = "stock.quant"

    def _clinic_count_fields(self):
        """Return the fields of a count and of the search for one."""
        return set(self._get_inventory_fields_write()) - set(self._get_forbidden_fields_write())

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse stock that is created by hand, other than by a count in Odoo's inventory mode."""
        if not self.env.su:
            for vals in vals_list:
                if not (
                    self._is_inventory_mode() and vals.keys() & {"inventory_quantity", "inventory_quantity_auto_apply"}
                ):
                    self.env["clinic.stock.book"]._refuse(self.env["product.product"].browse(vals.get("product_id")))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse what is not a count."""
        if not self.env.su and vals.keys() - self._clinic_count_fields():
            self.env["clinic.stock.book"]._refuse(self.product_id)
        return super().write(vals)

    def _apply_inventory(self, date=None):
        """Date the counts of clinic items when they are applied: they say what is there now."""
        items = self.filtered("product_id.clinic_item")
        if items and date:
            branch = self.env.company
            if branch._clinic_local(fields.Datetime.to_datetime(date)).date() != branch._clinic_today():
                raise UserError(self.env._("A count says what is there now. Apply it with the date of today."))
        if items != self:
            super(StockQuant, self - items)._apply_inventory(date)
        return super(StockQuant, items)._apply_inventory() if items else None
