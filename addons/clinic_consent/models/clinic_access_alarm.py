from odoo import fields, models


class ClinicAccessAlarm(models.Model):
    """Managers are notified of a certificate that does not seal."""

    _inherit = "clinic.access.alarm"

    kind = fields.Selection(selection_add=[("seal", "Consents cannot be sealed")], ondelete={"seal": "cascade"})
