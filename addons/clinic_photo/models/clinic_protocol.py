from odoo import fields, models


class ClinicProtocol(models.Model):
    _inherit = "clinic.protocol"

    photo_plan_ids = fields.One2many("clinic.protocol.photo", "protocol_id", string="Photos", copy=True)
