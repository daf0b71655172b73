from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_late_money = fields.Selection(
        [("credit", "Keep it as the patient's credit"), ("refund", "Pay it back")],
        string="Deposits That Come Too Late",
        default="credit",
        required=True,
        help="Where the visit was given up and its time is taken.",
    )
