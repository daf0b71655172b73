from odoo import fields, models


class AccountPayment(models.Model):
    """What the patient handed over in cash, as the receipt says it."""

    _inherit = "account.payment"

    clinic_received = fields.Monetary(
        string="Cash Received",
        currency_field="currency_id",
        copy=False,
        readonly=True,
        help="What the patient handed over; all above the amount was given back as change.",
    )

    _clinic_received_covers_amount = models.Constraint(
        "CHECK (clinic_received IS NULL OR clinic_received = 0 OR clinic_received >= amount)",
        "No less is received in cash than is paid.",
    )
