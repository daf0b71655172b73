from collections import defaultdict

from pytz import timezone

from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _clinic_weeks(self):
        """Return {calendar id: (zone, {(parity of the week, weekday): [(hour from, hour to), …]})}.

        Flexible hours have None in place of the week.
        """
        attendances = self.env["resource.calendar.attendance"].search_fetch(
            [("calendar_id", "in", self.ids), ("display_type", "=", False), ("day_period", "!=", "lunch")],
            ["calendar_id", "dayofweek", "week_type", "hour_from", "hour_to"],
        )
        self.fetch(["flexible_hours", "two_weeks_calendar", "tz"])
        weeks = {calendar.id: None if calendar.flexible_hours else defaultdict(list) for calendar in self}
        for attendance in attendances:
            calendar = attendance.calendar_id
            if weeks[calendar.id] is None:
                continue
            parities = (int(attendance.week_type or 0),) if calendar.two_weeks_calendar else (0, 1)
            for parity in parities:
                hours = weeks[calendar.id][parity, int(attendance.dayofweek)]
                hours.append((attendance.hour_from, attendance.hour_to))
        return {calendar.id: (timezone(calendar.tz or "UTC"), weeks[calendar.id]) for calendar in self}
