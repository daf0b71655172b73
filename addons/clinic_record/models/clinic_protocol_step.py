from odoo import fields, models

PHASES = [
    ("access", "Access Check"),
    ("preparation", "Preparation"),
    ("procedure", "Procedure"),
    ("result", "Result"),
    ("advice", "Advice"),
]


class ClinicProtocolStep(models.Model):
    """One thing to do when the treatment is performed."""

    _name = "clinic.protocol.step"
    _description = "Step of a Protocol"
    _inherit = "clinic.protocol.line"

    name = fields.Char(required=True, translate=True)
    phase = fields.Selection(PHASES, required=True, default="procedure")
    mandatory = fields.Boolean(default=True, help="It is done, or a reason says why it was left out.")
