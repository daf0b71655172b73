from odoo import fields, models


class ClinicRoom(models.Model):
    _name = "clinic.room"
    _description = "Room"
    _inherit = "resource.mixin"
    # Made along with it; with another one, it would take the time of somebody else.
    _clinic_locked = ("resource_id",)
    _order = "sequence, name, id"

    name = fields.Char(related="resource_id.name", store=True, readonly=False, required=True)
    active = fields.Boolean(related="resource_id.active", store=True, readonly=False, default=True)
    company_id = fields.Many2one(string="Branch", required=True)
    kind_id = fields.Many2one("clinic.room.kind", required=True, ondelete="restrict", index=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()

    _resource_uniq = models.UniqueIndex("(resource_id)", "This resource is a room already.")

    def _prepare_resource_values(self, vals, tz):
        return {**super()._prepare_resource_values(vals, tz), "resource_type": "material"}
