from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    treatment_location_id = fields.Many2one(
        "stock.location",
        string="Treatment-Room Stock",
        domain="[('usage', '=', 'internal'), ('company_id', '=', id)]",
        ondelete="restrict",
        help="From here the items used in procedures are taken.",
    )

    clinic_witness_value = fields.Monetary(
        string="Witness of Discards",
        help="To throw away items worth this much or more, at cost, one names a colleague who has seen it.",
    )

    clinic_count_value = fields.Monetary(
        string="Second Person for Count Differences",
        help="A count difference worth this much or more, at cost, is explained by somebody else than who counted.",
    )

    _clinic_count_value_positive = models.Constraint(
        "CHECK (COALESCE(clinic_count_value, 0) >= 0)",
        "The value from which a second person explains a count difference cannot be negative.",
    )
    _clinic_witness_value_positive = models.Constraint(
        "CHECK (COALESCE(clinic_witness_value, 0) >= 0)", "The value from which a witness is needed cannot be negative."
    )

    def _get_treatment_location(self):
        """Return this branch's treatment-room location. Raises ``UserError`` when there is none."""
        self.ensure_one()
        location = self.sudo().treatment_location_id
        if not location:
            raise UserError(
                self.env._(
                    "%s has no treatment-room stock. Ask the warehouse to set up a warehouse for this branch.",
                    self.name,
                )
            )
        return location
