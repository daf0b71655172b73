from odoo import fields, models


class AccountPaymentTerm(models.Model):
    """Payment terms that the desk offers with packages."""

    _inherit = "account.payment.term"

    clinic_is_offered = fields.Boolean(string="Offered with Packages")
