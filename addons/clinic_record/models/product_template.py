from odoo import fields, models

# Who knows how a treatment is performed.
PROTOCOL_GROUPS = "clinic.group_cosmetologist,clinic.group_manager"


class ProductTemplate(models.Model):
    """What a product contains, how a treatment is performed, and how long its effect lasts."""

    _inherit = "product.template"

    substance_ids = fields.Many2many(
        "clinic.substance",
        "clinic_substance_product_rel",
        "product_id",
        "substance_id",
        string="Contains",
        groups="clinic.group_cosmetologist,clinic.group_manager",
        help="Substances to which patients may be allergic.",
    )
    interval_latest = fields.Integer(
        string="Maximum Interval", help="Days after the last session from which the next one is overdue; 0: never."
    )
    needs_skin_type = fields.Boolean(
        string="Ask for the Skin Type",
        help="It starts only once the patient's skin type is on record: lasers, peels and the like.",
    )
    protocol_ids = fields.One2many("clinic.protocol", "treatment_id", string="Protocols", groups=PROTOCOL_GROUPS)

    _latest_interval_in_order = models.Constraint(
        "CHECK (COALESCE(interval_latest, 0) >= 0 AND (COALESCE(interval_latest, 0) = 0"
        " OR interval_latest >= GREATEST(COALESCE(interval_recommended, 0), COALESCE(interval_least, 0))))",
        "The latest interval cannot be shorter than the recommended one.",
    )
