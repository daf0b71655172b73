from odoo import fields, models


class ClinicRoomKind(models.Model):
    _name = "clinic.room.kind"
    _description = "Kind of Room"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("((name->>'en_US'))", "There is already a kind of room with this name.")
