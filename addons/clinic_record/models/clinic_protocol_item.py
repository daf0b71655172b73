from odoo import api, fields, models


class ClinicProtocolItem(models.Model):
    """An item that one performance of the treatment is expected to use."""

    _name = "clinic.protocol.item"
    _description = "Item of a Protocol"
    _inherit = "clinic.protocol.line"

    product_id = fields.Many2one("product.product", string="Item", required=True, ondelete="restrict", index=True)
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_uom_ids)]",
    )

    _product_uniq = models.UniqueIndex(
        "(protocol_id, product_id)", "The protocol has this item already: raise its quantity instead."
    )
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "The quantity of an item must be above zero.")

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for item in self:
            item.allowed_uom_ids = item.product_id.uom_id | item.product_id.uom_ids

    @api.depends("product_id")
    def _compute_uom_id(self):
        for item in self:
            item.uom_id = item.product_id.uom_id
