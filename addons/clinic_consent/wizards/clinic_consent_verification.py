from odoo import fields, models


class ClinicConsentVerification(models.TransientModel):
    """Shows what a verification of consents has found, a line for each flaw."""

    _name = "clinic.consent.verification"
    _description = "Verification of Consents"

    is_whole = fields.Boolean(readonly=True)
    text = fields.Text(string="Result", readonly=True)
