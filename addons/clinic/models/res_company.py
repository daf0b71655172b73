from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields, models
from odoo.tools import format_date, format_time, ormcache


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        if vals.keys() & {"resource_calendar_id", "currency_id"}:
            self.env.registry.clear_cache()
        return super().write(vals)

    def _prepare_resource_calendar_values(self):
        """A branch begins in the zone of the company above it, and not in that of the user who creates it."""
        values = super()._prepare_resource_calendar_values()
        if above := self.parent_id:
            values["tz"] = above._clinic_timezone().zone
        return values

    @ormcache("self.id")
    def _clinic_timezone(self):
        """Return the pytz zone of this branch: the one of its working hours, UTC when it has none."""
        # Every time that is shown or planned asks for it, and it changes once in a clinic's life.
        self.ensure_one()
        return timezone(self.sudo().resource_calendar_id.tz or "UTC")

    @ormcache("self.id")
    def _clinic_currency_id(self):
        """Return the id of this branch's currency; False for no branch."""
        # Companies have many columns, and each booking asks for this one.
        return self.sudo().currency_id.id

    def _clinic_local(self, moment):
        """Return the naive UTC datetime ``moment`` as an aware datetime in the branch's zone."""
        try:
            return utc.localize(moment).astimezone(self._clinic_timezone())
        except OverflowError:
            # The first or last hours that can be written: anyone who checks the date names the day all the same.
            return utc.localize(moment)

    def _clinic_today(self):
        """Return the date in this branch at this moment, whichever zone the user's browser or settings have."""
        return self._clinic_local(fields.Datetime.now()).date()

    def _clinic_midnight(self, day):
        """Return the naive UTC datetime at which ``day`` begins in this branch."""
        midnight = self._clinic_timezone().localize(datetime.combine(day, time.min))
        return midnight.astimezone(utc).replace(tzinfo=None)

    def _clinic_days(self, day, count=1):
        """Return the naive UTC datetimes at which ``day`` begins in this branch, and at which it ends.

        :param count: so many days together; none gives the beginning twice
        """
        return self._clinic_midnight(day), self._clinic_midnight(day + timedelta(days=count))

    def _clinic_day_text(self, moment):
        """Return the day of the naive UTC datetime ``moment`` in this branch, as the user writes dates."""
        return format_date(self.env, self._clinic_local(moment).date())

    def _clinic_moment_text(self, moment):
        """Return day and time of the naive UTC datetime ``moment`` in this branch, as the user writes them."""
        local = self._clinic_local(moment)
        return f"{format_date(self.env, local.date())} {format_time(self.env, local.time(), time_format='short')}"

    def _clinic_time_range(self, start, stop):
        """Return e.g. "10:00 – 10:45" for two naive UTC datetimes, in the branch's zone and as the user writes times.

        Empty without a start.
        """
        moments = [self._clinic_local(moment).time() for moment in (start, stop) if moment and self]
        return " – ".join(format_time(self.env, moment, time_format="short") for moment in moments)
