from odoo import api, models


class ProductValue(models.Model):
    """A value that was set by hand is followed by another, never changed."""

    _inherit = "product.value"

    def write(self, vals):
        self._clinic_refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _clinic_unlink_never(self):
        self._clinic_refuse()

    def _clinic_refuse(self):
        """Raise ``UserError`` when one of these values is of a clinic item."""
        if not self.env.su:
            book = self.env["clinic.stock.book"]
            book._refuse(self.product_id | self.move_id.product_id | self.lot_id.product_id)
