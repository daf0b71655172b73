from odoo import fields, models


class StockMove(models.Model):
    """Goods that were sold over the counter know the line of the invoice that charges them."""

    _inherit = "stock.move"

    # With a group, as nobody else may search moves by what hangs on an invoice.
    clinic_invoice_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="account.group_account_invoice",
    )

    def _clinic_cause(self):
        sold = self.location_dest_id.usage == "customer" and self.clinic_invoice_line_id
        return "sale" if sold else super()._clinic_cause()
