from odoo import fields, models


class ProductTemplate(models.Model):
    """What a product contains, and how long a treatment's effect may wait for the next session."""

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
        string="Latest Interval", help="Days after which a course is late, or has to begin anew; 0: any."
    )

    _interval_latest_in_order = models.Constraint(
        "CHECK (COALESCE(interval_latest, 0) = 0 OR interval_latest >= GREATEST(COALESCE(interval_least, 0),"
        " COALESCE(interval_recommended, 0)))",
        "The latest interval cannot be shorter than the least or the recommended one.",
    )
