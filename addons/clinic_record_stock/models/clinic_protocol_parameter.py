from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicProtocolParameter(models.Model):
    """A parameter may be the dose of items: then its value, the items used and the body map are one fact."""

    _inherit = "clinic.protocol.parameter"

    dose_product_ids = fields.Many2many(
        "product.product",
        "clinic_protocol_parameter_dose_rel",
        "parameter_id",
        "product_id",
        string="Dose Of",
        domain=[("clinic_item", "=", True)],
        help="Its value is how much of these items is used, in the unit of the first of them: it has to agree with the "
        "items logged, and more than the highest allowed value needs a reason.",
    )
    dilution_product_id = fields.Many2one(
        "product.product",
        string="Dilution Of",
        ondelete="restrict",
        domain=[("clinic_item", "=", True)],
        help="Its value is in how many ml a vial of this item is dissolved: proposed as the vial in use was diluted.",
    )
    dose_uom_id = fields.Many2one("uom.uom", compute="_compute_dose_uom_id", string="Unit of the Dose")

    @api.depends("dose_product_ids")
    def _compute_dose_uom_id(self):
        for parameter in self:
            parameter.dose_uom_id = parameter.dose_product_ids.sorted("id")[:1].uom_id

    @api.constrains("dose_product_ids")
    def _check_dose_units(self):
        """A dose is the sum of its items, so that they are measured alike."""
        for parameter in self:
            unit = parameter.dose_uom_id
            for product in parameter.dose_product_ids:
                if not product.uom_id._has_common_reference(unit):
                    raise ValidationError(
                        self.env._(
                            "%(name)s cannot be the dose of %(product)s, which is measured in %(given)s, and of "
                            "others, which are measured in %(unit)s.",
                            name=parameter.name,
                            product=product.display_name,
                            given=product.uom_id.name,
                            unit=unit.name,
                        )
                    )

    def _dose_of(self, quantities):
        """Return the dose that ``quantities``, {product: quantity in its unit}, are, in the unit of the dose."""
        self.ensure_one()
        return sum(
            product.uom_id._compute_quantity(quantities.get(product, 0), self.dose_uom_id, round=False)
            for product in self.dose_product_ids
        )
