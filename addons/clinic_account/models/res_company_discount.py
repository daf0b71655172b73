from odoo import fields, models


class ResCompany(models.Model):
    """How much of the list price each role of a branch gives away without asking."""

    _inherit = "res.company"

    clinic_discount_reception = fields.Float(
        string="Discount by Reception",
        digits=(5, 2),
        default=10,
        help="Percent of the list price that reception may give away; above it a manager is asked.",
    )
    clinic_discount_manager = fields.Float(
        string="Discount by Managers",
        digits=(5, 2),
        default=100,
        help="Percent of the list price that a manager may give away; above it another manager is asked.",
    )

    _clinic_discounts_in_range = models.Constraint(
        "CHECK (COALESCE(clinic_discount_reception, 0) BETWEEN 0 AND 100"
        " AND COALESCE(clinic_discount_manager, 0) BETWEEN 0 AND 100)",
        "What may be given away lies between 0 and 100 percent.",
    )
