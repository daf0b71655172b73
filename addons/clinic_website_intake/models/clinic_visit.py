from odoo import fields, models


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    online_intake_ids = fields.One2many(
        "clinic.intake", "visit_id", string="Answered Online", groups="clinic.group_cosmetologist"
    )
