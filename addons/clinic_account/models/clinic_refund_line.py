from odoo import fields, models


class ClinicRefundLine(models.Model):
    """One line of the reckoning of a refund, as it was shown when it was asked for."""

    _name = "clinic.refund.line"
    _description = "Refund Line"
    _order = "sequence, id"

    refund_id = fields.Many2one("clinic.refund", required=True, readonly=True, ondelete="cascade", index=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(string="Description", required=True, readonly=True, translate=True)
    quantity = fields.Float(readonly=True)
    amount = fields.Monetary(readonly=True, help="Above zero: in the patient's favour.")
    currency_id = fields.Many2one(related="refund_id.currency_id")
    is_total = fields.Boolean(readonly=True)
