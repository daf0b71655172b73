from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_till_blind = fields.Boolean(
        string="Blind Count",
        help="Reception sees what should be in the till when it is closed, not before. Only the till's own screens and "
        "prints are blind: who takes the payments can look them up and add them up.",
    )
    clinic_till_limit = fields.Monetary(
        string="Difference for a Manager",
        currency_field="currency_id",
        default=0,
        help="A difference above this amount is posted when a manager has accepted it.",
    )

    _clinic_till_limit_positive = models.Constraint(
        "CHECK (COALESCE(clinic_till_limit, 0) >= 0)", "The limit of differences is not below zero."
    )
