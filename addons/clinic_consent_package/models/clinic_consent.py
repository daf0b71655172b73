from odoo import fields, models


class ClinicConsent(models.Model):
    """What was signed for one course holds for its sessions."""

    _inherit = "clinic.consent"

    course_id = fields.Many2one(
        "clinic.course",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Of whose sessions one was to pay for the treatment when it was signed.",
    )
