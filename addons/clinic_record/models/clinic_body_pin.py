from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .clinic_body_area import VIEWS


class ClinicBodyPin(models.Model):
    """A point on the body map of a procedure: an injection with product, units and depth, a lesion, a treated spot."""

    _name = "clinic.body.pin"
    _description = "Pin on the Body Map"
    _inherit = "clinic.authored.mixin"
    _order = "procedure_id, id"

    procedure_id = fields.Many2one("clinic.procedure", required=True, ondelete="restrict", index=True)
    patient_id = fields.Many2one(related="procedure_id.patient_id", store=True, precompute=True, index=True)
    view = fields.Selection(VIEWS, string="Drawing", required=True, default="face_front")
    x = fields.Float(required=True, digits=(6, 4), help="From the left edge of the drawing (0) to the right (1).")
    y = fields.Float(required=True, digits=(6, 4), help="From the upper edge of the drawing (0) to the lower (1).")
    kind = fields.Selection(
        [("injection", "Injection"), ("lesion", "Lesion"), ("treated", "Treated spot")],
        required=True,
        default="injection",
    )
    area_id = fields.Many2one(
        "clinic.body.area",
        compute="_compute_area_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    product_id = fields.Many2one("product.product", ondelete="restrict", index="btree_not_null")
    quantity = fields.Float(digits="Product Unit")
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    depth = fields.Selection(
        [
            ("intradermal", "Intradermal"),
            ("subcutaneous", "Subcutaneous"),
            ("intramuscular", "Intramuscular"),
            ("supraperiosteal", "Supraperiosteal"),
        ]
    )
    problem_id = fields.Many2one(
        "clinic.problem", ondelete="restrict", index="btree_not_null", domain="[('patient_id', '=', patient_id)]"
    )
    note = fields.Char()
    active = fields.Boolean(default=True, help="A pin that was set by mistake is taken off the map, not deleted.")

    _on_the_drawing = models.Constraint(
        "CHECK (x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1)", "A pin must lie on the drawing."
    )
    _quantity_of_product = models.Constraint(
        "CHECK (product_id IS NULL OR (COALESCE(quantity, 0) > 0 AND uom_id IS NOT NULL))",
        "A pin with a product needs a quantity above zero and its unit.",
    )

    @api.depends("view", "x", "y")
    def _compute_area_id(self):
        areas = self.env["clinic.body.area"].search([("spots", "!=", False)])
        for pin in self:
            pin.area_id = areas._nearest(pin.view, pin.x, pin.y)

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for pin in self:
            pin.allowed_uom_ids = pin.product_id.uom_id | pin.product_id.uom_ids

    @api.depends("product_id")
    def _compute_uom_id(self):
        for pin in self:
            if pin.uom_id not in pin.allowed_uom_ids:
                pin.uom_id = pin.product_id.uom_id

    @api.depends("area_id")
    def _compute_display_name(self):
        for pin in self:
            pin.display_name = pin.area_id.name or ""

    @api.onchange("product_id")
    def _onchange_product_id(self):
        self.quantity = self.quantity or (1 if self.product_id else 0)

    @api.constrains("problem_id", "procedure_id")
    def _check_same_patient(self):
        """A pin marks a problem of the patient who is treated."""
        for pin in self:
            if pin.problem_id and pin.problem_id.patient_id != pin.patient_id:
                raise ValidationError(self.env._("The pin marks a problem of another patient."))

    @api.constrains("product_id", "uom_id")
    def _check_uom(self):
        """The unit is one of the product's own."""
        for pin in self:
            if pin.product_id and pin.uom_id not in pin.allowed_uom_ids:
                raise ValidationError(
                    self.env._(
                        "%(product)s is not counted in %(unit)s.", product=pin.product_id.name, unit=pin.uom_id.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        pins = super().create(vals_list)
        if not self.env.su:
            pins._check_open()
        return pins

    def write(self, vals):
        if "procedure_id" in vals and not self.env.su and set(self.procedure_id.ids) != {vals["procedure_id"]}:
            raise ValidationError(self.env._("A pin stays on the map of its procedure."))
        return super().write(vals)

    def _closed_reason(self):
        if self.procedure_id.state != "in_progress":
            return self.env._("The body map is drawn while the patient is in treatment.")
        return super()._closed_reason()

    def _prepare_copy(self, procedure):
        """Return the values with which this pin is set on the map of ``procedure``."""
        self.ensure_one()
        names = ("view", "x", "y", "kind", "quantity", "depth", "note")
        many2ones = ("area_id", "product_id", "uom_id", "problem_id")
        return {
            **{name: self[name] for name in names},
            **{name: self[name].id for name in many2ones},
            "procedure_id": procedure.id,
        }
