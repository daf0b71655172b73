from odoo import fields, models


class ClinicDeviceKind(models.Model):
    _name = "clinic.device.kind"
    _description = "Kind of Device"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("((name->>'en_US'))", "There is already a kind of device with this name.")
