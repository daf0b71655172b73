from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicReaction(models.Model):
    """The lot of the suspected product, so that reactions can be counted per lot."""

    _inherit = "clinic.reaction"

    lot_id = fields.Many2one(
        "stock.lot",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
    )

    @api.depends("procedure_id", "product_id")
    def _compute_lot_id(self):
        """Propose the lot of which the product was used in that procedure."""
        for reaction in self:
            product = reaction.product_id
            used = reaction.procedure_id.consumption_ids.filtered(
                lambda c, product=product: c.state == "used" and c.product_id == product
            )
            lot = reaction.lot_id if reaction.lot_id.product_id == product else reaction.lot_id.browse()
            reaction.lot_id = used.lot_id[:1] or lot

    @api.constrains("lot_id", "product_id")
    def _check_lot_of_product(self):
        """The lot is one of the suspected product."""
        for reaction in self.filtered("lot_id"):
            # Those who treat have no rights in the stock app.
            lot = reaction.lot_id.sudo()
            if lot.product_id != reaction.product_id:
                raise ValidationError(
                    self.env._("Lot %(lot)s is not one of %(product)s.", lot=lot.name, product=reaction.product_id.name)
                )
