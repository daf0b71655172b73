from odoo import fields, models


class AccountPayment(models.Model):
    """Payments back to patients."""

    _inherit = "account.payment"

    clinic_refund_id = fields.Many2one(
        "clinic.refund", string="Refund", copy=False, readonly=True, ondelete="restrict", index="btree_not_null"
    )
