from odoo import fields, models


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    consumption_ids = fields.One2many("clinic.consumption", "visit_id", string="Items Used")
