from odoo import api, fields, models


class ClinicAccessAlarm(models.Model):
    """Managers are notified of backups that fail, or are missing."""

    _inherit = "clinic.access.alarm"

    kind = fields.Selection(selection_add=[("backup", "Backups need attention")], ondelete={"backup": "cascade"})

    @api.model
    def _raise_backup(self, details):
        """Raise the alarm of backups that fail or are missing, with an activity and a mail for each manager."""
        self._raise_to_managers("backup", details)
