from collections import defaultdict

from pytz import timezone

from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _clinic_weeks(self):
        """Return {calendar id: (zone, {(parity of the week, weekday): [(hour from, hour to), …]})}.

        Flexible hours have None in place of the week.
        """
        weeks = {}
        for calendar_id, zone, flexible, two_weeks, weekday, parity, *hours in self._clinic_attendances():
            week = weeks.setdefault(calendar_id, (timezone(zone or "UTC"), None if flexible else defaultdict(list)))[1]
            if week is not None and weekday is not None:
                for number in (int(parity or 0),) if two_weeks else (0, 1):
                    week[number, int(weekday)].append(tuple(hours))
        return weeks

    def _clinic_attendances(self):
        """Return the hours of these calendars as rows, each with what has to be known of its calendar."""
        attendances = self.env["resource.calendar.attendance"]
        self.flush_model(["tz", "flexible_hours", "two_weeks_calendar"])
        attendances.flush_model(
            ["calendar_id", "dayofweek", "week_type", "hour_from", "hour_to", "display_type", "day_period"]
        )
        self.env.cr.execute(
            """
            SELECT c.id, c.tz, c.flexible_hours, c.two_weeks_calendar, a.dayofweek, a.week_type, a.hour_from, a.hour_to
              FROM resource_calendar c
         LEFT JOIN resource_calendar_attendance a
                ON a.calendar_id = c.id AND a.display_type IS NULL AND a.day_period != 'lunch'
             WHERE c.id = ANY(%s)
            """,
            (self.ids,),
        )
        return self.env.cr.fetchall()
