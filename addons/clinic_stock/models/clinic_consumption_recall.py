from odoo import fields, models


class ClinicConsumption(models.Model):
    """By whom and for what an item was used, in the list of a recall."""

    _inherit = "clinic.consumption"

    practitioner_id = fields.Many2one(related="procedure_id.practitioner_id")
    treatment_id = fields.Many2one(related="procedure_id.treatment_id")
