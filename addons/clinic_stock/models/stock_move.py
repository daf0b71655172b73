from odoo import fields, models


class StockMove(models.Model):
    """Where goods went; the warehouse reads the visit's number in ``origin``, and nothing else of it."""

    _inherit = "stock.move"

    # With a group, so that nobody else searches or groups moves by what hangs on the visit.
    clinic_visit_id = fields.Many2one(
        "clinic.visit",
        string="Visit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="clinic.group_staff",
        help="The visit in which the goods were used.",
    )
