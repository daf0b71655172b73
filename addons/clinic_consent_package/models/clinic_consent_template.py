from odoo import fields, models


class ClinicConsentTemplate(models.Model):
    """A consent may hold for all sessions of the course in which it was signed."""

    _inherit = "clinic.consent.template"

    validity = fields.Selection(
        selection_add=[("course", "One course"), ("months",)], ondelete={"course": "set procedure"}
    )
