from odoo import fields, models


class ClinicRoom(models.Model):
    _inherit = "clinic.room"

    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_hour = fields.Monetary(
        string="Cost per Hour",
        groups="clinic.group_manager",
        help="What an hour of use costs the branch. A procedure keeps the rate of the day on which it was done.",
    )

    _cost_hour_not_negative = models.Constraint(
        "CHECK (cost_hour IS NULL OR cost_hour >= 0)", "The cost of an hour cannot be below zero."
    )
