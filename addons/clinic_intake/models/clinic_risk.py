from odoo import fields, models


class ClinicRisk(models.Model):
    """Where a risk comes from that a patient has named."""

    _inherit = "clinic.risk"

    intake_id = fields.Many2one(
        "clinic.intake", string="Source", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    intake_question = fields.Char(readonly=True, copy=False, help="The code of the question that was answered.")
