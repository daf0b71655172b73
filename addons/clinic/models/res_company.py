from pytz import timezone, utc

from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _clinic_timezone(self):
        """Return the pytz zone of this branch: the one of its working hours, UTC when it has none."""
        self.ensure_one()
        return timezone(self.sudo().resource_calendar_id.tz or "UTC")

    def _clinic_local(self, moment):
        """Return the naive UTC datetime ``moment`` as an aware datetime in the branch's zone."""
        return utc.localize(moment).astimezone(self._clinic_timezone())
