from odoo import fields, models

from ..const import KINDS, VIEWS


class ClinicProtocolPhoto(models.Model):
    """A photo that the protocol asks for: of which view, before or after."""

    _name = "clinic.protocol.photo"
    _description = "Photo of a Protocol"
    _inherit = "clinic.protocol.line"

    kind = fields.Selection([kind for kind in KINDS if kind[0] != "document"], required=True, default="before")
    view = fields.Selection(VIEWS, required=True, default="front")
    area_id = fields.Many2one("clinic.body.area", ondelete="restrict", index="btree_not_null")

    _once = models.UniqueIndex(
        "(protocol_id, kind, view, (COALESCE(area_id, 0)))", "The protocol asks for this photo already."
    )
