from odoo import fields, models


class ClinicProblem(models.Model):
    """Where a problem comes from that a patient has named."""

    _inherit = "clinic.problem"

    intake_id = fields.Many2one(
        "clinic.intake", string="Source", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
