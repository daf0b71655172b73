from odoo import fields, models


class ClinicProtocolParameter(models.Model):
    """What is set or measured when the treatment is performed, and the range in which it is usual."""

    _name = "clinic.protocol.parameter"
    _description = "Parameter of a Protocol"
    _inherit = "clinic.protocol.line"

    name = fields.Char(required=True, translate=True)
    unit = fields.Char(help="As on the device, e.g. J/cm², ms, mm, U.")
    minimum = fields.Float(digits=(16, 3), help="The lowest allowed value. Both 0: any value.")
    maximum = fields.Float(digits=(16, 3), help="The highest allowed value. Both 0: any value.")
    range_ids = fields.One2many(
        "clinic.protocol.range",
        "parameter_id",
        string="By Skin Type",
        copy=True,
        help="Other ranges for some skin types, e.g. less energy for darker skin.",
    )
    mandatory = fields.Boolean(default=True)

    _range_in_order = models.Constraint(
        "CHECK (maximum >= minimum)", "The highest allowed value of a parameter cannot be below its lowest."
    )
