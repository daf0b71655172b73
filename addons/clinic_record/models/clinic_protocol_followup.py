from odoo import fields, models


class ClinicProtocolFollowup(models.Model):
    """When the patient should be seen or called again after the treatment."""

    _name = "clinic.protocol.followup"
    _description = "Follow-up of a Protocol"
    _inherit = "clinic.protocol.line"
    _order = "days, id"

    name = fields.Char(required=True, translate=True)
    days = fields.Integer(string="After Days", required=True)

    _days_positive = models.Constraint("CHECK (days > 0)", "A follow-up comes at least one day after the treatment.")
