from odoo import fields, models

from .res_company_buyer import buyer_domain


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_currency_id = fields.Many2one(related="company_id.currency_id", string="Branch Currency")
    clinic_witness_value = fields.Monetary(
        related="company_id.clinic_witness_value", readonly=False, currency_field="clinic_currency_id"
    )
    clinic_count_value = fields.Monetary(
        related="company_id.clinic_count_value", readonly=False, currency_field="clinic_currency_id"
    )
    # A related field takes over no domain that is written for the other model's fields.
    clinic_buyer_id = fields.Many2one(
        related="company_id.clinic_buyer_id", readonly=False, domain=buyer_domain("company_id")
    )
