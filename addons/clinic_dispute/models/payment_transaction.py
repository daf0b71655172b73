from odoo import fields, models

BOOKKEEPERS = "clinic.group_accountant"


class PaymentTransaction(models.Model):
    """Who paid by a link, and what was agreed to: evidence, written once by the page and by nobody else."""

    _inherit = "payment.transaction"

    clinic_accepted_at = fields.Datetime(
        "Accepted On", copy=False, readonly=True, groups=BOOKKEEPERS, help="When the patient went on to pay."
    )
    clinic_accepted_text = fields.Text(
        "Accepted", copy=False, readonly=True, groups=BOOKKEEPERS, help="What stood on the page at that moment."
    )
    clinic_ip = fields.Char("IP Address", copy=False, readonly=True, groups=BOOKKEEPERS)
    clinic_browser = fields.Char(
        "Browser", copy=False, readonly=True, groups=BOOKKEEPERS, help="As the patient's device calls itself."
    )
