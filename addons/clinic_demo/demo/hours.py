"""The hours of these days: the demo is open whenever somebody looks at it."""

from datetime import timedelta
from math import ceil

from odoo.fields import Command

from .clock import DAY, to_local, to_utc

# What the additional lines of the working hours are called.
LATE = "Early and late hours"
# Within the usual hours, with so much behind and ahead, the day is in progress without them.
AT_EASE = timedelta(hours=1), timedelta(minutes=90)
# Else the clinic is open for so long before and after the present.
BEFORE, AFTER = timedelta(hours=3), timedelta(hours=4)


def open_around(env, branches, now):
    """Let those who work today be at work around ``now`` (naive UTC), at whatever hour that is.

    Only the plan of these days is changed, and only as long as it is needed.
    """
    practitioners = env["clinic.practitioner"].search([])
    calendars = branches.resource_calendar_id | practitioners.resource_id.calendar_id
    at_ease = all(_at_ease(calendar, now) for calendar in calendars)
    for calendar in calendars:
        wanted = set() if at_ease else set(_late_hours(calendar, now))
        known = calendar.attendance_ids.filtered(lambda line: line.name == LATE)
        if wanted == {(line.dayofweek, line.hour_from, line.hour_to) for line in known}:
            continue
        lines = [
            Command.create({"name": LATE, "dayofweek": day, "hour_from": start, "hour_to": stop, "day_period": period})
            for day, start, stop in sorted(wanted)
            for period in ["morning" if start < 12 else "afternoon"]
        ]
        calendar.attendance_ids = [*(Command.delete(line.id) for line in known), *lines]


def _usual(calendar, day):
    """Return the usual (first, last) hour of ``calendar`` on ``day``, or None."""
    lines = calendar.attendance_ids.filtered(lambda line: line.dayofweek == str(day.weekday()) and line.name != LATE)
    return lines and (min(lines.mapped("hour_from")), max(lines.mapped("hour_to")))


def _at_ease(calendar, now):
    """Return whether ``now`` lies well within the usual hours of ``calendar``, if it has any today."""
    day = to_local(now).date()
    hours = _usual(calendar, day)
    if not hours:
        return True
    opening, closing = (to_utc(day, hour) for hour in hours)
    return opening + AT_EASE[0] <= now <= closing - AT_EASE[1]


def _late_hours(calendar, now):
    """Yield (weekday, from, to) of what is missing around ``now``; in one piece with the usual hours of each day."""
    today = to_local(now).date()
    for day in (today - DAY, today, today + DAY):
        hours = _usual(calendar, day)
        midnight = to_utc(day, 0)
        first = max(0, int((now - BEFORE - midnight) / timedelta(hours=1)))
        last = min(24, ceil((now + AFTER - midnight) / timedelta(hours=1)))
        if not hours or first >= last:
            continue
        if first < hours[0]:
            yield str(day.weekday()), first, hours[0]
        if last > hours[1]:
            yield str(day.weekday()), hours[1], last
