from odoo import fields, models


class ClinicDiscount(models.Model):
    """What is given away of products is traced where discounts on treatments are."""

    _inherit = "clinic.discount"

    checkout_line_id = fields.Many2one(
        "clinic.checkout.line", string="Product Sold", readonly=True, ondelete="set null", index="btree_not_null"
    )
