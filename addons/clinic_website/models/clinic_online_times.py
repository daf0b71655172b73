from calendar import Calendar
from collections import defaultdict
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import format_date, format_time
from odoo.tools.misc import get_lang

from odoo.addons.clinic_visit.hours import naive, seconds
from odoo.addons.clinic_visit.slots import grid, search

from ..const import EVENING, NOON

# Where nothing is free, so many months more are looked at by themselves.
MONTHS = 2
# How the days of a week are called, from a few letters to one to the whole name; and what fits above a column.
FORMATS, LONGEST_SHORT = ("ccc", "ccccc", "cccc"), 4


class ClinicOnline(models.AbstractModel):
    """The times that are offered online: the engine's own, in the branch's zone."""

    _inherit = "clinic.online"

    @api.model
    def _offered(self, branch, treatments, practitioner, start, stop):
        """Return ({date: starts}, {date: those to be shown first}, fits) between two naive UTC datetimes.

        Starts are in seconds, ascending. Of several treatments only ``fits``, asked of a start, sees that nobody is
        needed twice; of each day that is returned one start is known to fit.
        """
        availability = self.env["clinic.availability"]
        first, last = self._window(branch)
        start, stop = max(start, first), min(stop, last)
        if stop <= start:
            return {}, {}, bool
        steps = availability._steps(list(treatments), practitioner)
        needs = self._interval_needs(branch, treatments)
        known, starts = availability._free_starts(steps, branch, start, stop, needs=needs)
        starts = [at for at in starts if self._is_online_hour(branch, naive(at))]
        fits = bool if len(steps) == 1 else lambda at: bool(availability._choose(steps, at, known))
        offers, free = availability._offers(branch), self._days_of(branch, starts)
        better = {} if offers == "every" else self._days_of(branch, availability._worth(steps, known, starts))
        better = {day: times for day, times in better.items() if any(map(fits, times))}
        if offers == "tight":
            free.update(better)
        return {day: times for day, times in free.items() if day in better or any(map(fits, times))}, better, fits

    @api.model
    def _is_online_hour(self, branch, moment):
        """Return whether ``moment`` (naive UTC) lies within the hours at which online visits begin in ``branch``."""
        first, last = branch.clinic_online_from, branch.clinic_online_to
        if (first, last) == (0, 24):
            return True
        local = branch._clinic_local(moment)
        return first <= local.hour + local.minute / 60 < last

    @api.model
    def _days_of(self, branch, starts):
        """Return {date: those of ``starts`` in seconds that are on this day in ``branch``}."""
        by_day = defaultdict(list)
        for at in starts:
            by_day[branch._clinic_local(naive(at)).date()].append(at)
        return by_day

    @api.model
    def _is_offered(self, branch, treatments, practitioner, start):
        """Return whether ``start`` (naive UTC) is one of the times that are offered at this moment."""
        availability, at = self.env["clinic.availability"], seconds(start)
        first, last = self._window(branch)
        if not first <= start <= last or grid(at, at + 1, branch.clinic_slot_step, branch._clinic_timezone()) != [at]:
            return False
        if not self._keeps_intervals(branch, treatments, start) or not self._is_online_hour(branch, start):
            return False
        if availability._offers(branch) == "tight":
            # By the same month as the page has shown it.
            day = branch._clinic_local(start).date()
            by_day, _better, fits = self._by_day(branch, treatments, practitioner, day.replace(day=1))
            return at in by_day.get(day, ()) and bool(fits(at))
        steps = availability._steps(list(treatments), practitioner)
        return bool(availability._choose(steps, at, availability._known_of_day(steps, start, branch)))

    @api.model
    def _interval_needs(self, branch, treatments):
        """Return the needs to keep the least intervals to what the visitor, if known, had or will have."""
        availability, patient = self.env["clinic.availability"], self._patient()
        return [need for one in treatments for need in availability._interval_needs(one, patient, branch)]

    @api.model
    def _keeps_intervals(self, branch, treatments, start):
        """Return whether at ``start`` (naive UTC) the least intervals to the visitor's other sessions are kept."""
        needs = self._interval_needs(branch, treatments)
        return not needs or bool(search([seconds(start)], needs, 1))

    # -- the month ----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_times(self, branch, treatments, practitioner, month=None, day=None):
        """Return what the page of times shows: a month whose days have free times or not, and those of one day.

        :param month: the first day of a month; None for the first one with free times
        :param day: a date; None for the first one with free times
        """
        first, last = (branch._clinic_local(moment).date() for moment in self._window(branch))
        month = min(max((day or month or first).replace(day=1), first.replace(day=1)), last.replace(day=1))
        is_asked = day or month != first.replace(day=1)
        by_day, better, fits = self._by_day(branch, treatments, practitioner, month)
        further = 0 if is_asked else MONTHS
        while not by_day and further and _next(month) <= last:
            further, month = further - 1, _next(month)
            by_day, better, fits = self._by_day(branch, treatments, practitioner, month)
        if day not in by_day and not (day and first <= day <= last):
            day = next(iter(by_day), None)
        times = [at for at in by_day.get(day, ()) if fits(at)]
        first_shown = set(better.get(day, times)) & set(times)
        return {
            "month": month,
            "month_label": format_date(self.env, month, date_format="LLLL y"),
            "earlier": _earlier(month) if month > first else None,
            "later": _next(month) if _next(month) <= last else None,
            "weekdays": self._prepare_weekdays(),
            "weeks": self._prepare_weeks(month, by_day, day),
            "day": day,
            "day_label": day and self._day_label(day),
            "parts": self._prepare_parts(branch, [at for at in times if at in first_shown]),
            "more": self._prepare_parts(branch, [at for at in times if at not in first_shown]),
        }

    @api.model
    def _by_day(self, branch, treatments, practitioner, month):
        """Return what ``_offered`` does, of the month that begins on ``month``."""
        start, stop = branch._clinic_midnight(month), branch._clinic_midnight(_next(month))
        return self._offered(branch, treatments, practitioner, start, stop)

    @api.model
    def _first_weekday(self):
        return (int(get_lang(self.env).week_start) - 1) % 7

    @api.model
    def _prepare_weekdays(self):
        """Return [(short name, name)] of the days of a week, as the visitor's language begins it."""
        monday = date(2024, 1, 1)
        days = [monday + timedelta(days=self._first_weekday() + number) for number in range(7)]
        names = [tuple(format_date(self.env, day, date_format=one) for one in FORMATS) for day in days]
        return [(short if len(short) <= LONGEST_SHORT else narrow, full) for short, narrow, full in names]

    @api.model
    def _prepare_weeks(self, month, by_day, chosen):
        weeks = Calendar(self._first_weekday()).monthdatescalendar(month.year, month.month)
        return [
            [
                {
                    "day": day,
                    "is_in": day.month == month.month,
                    "is_free": day in by_day,
                    "is_chosen": day == chosen,
                    "label": self._day_label(day),
                }
                for day in week
            ]
            for week in weeks
        ]

    @api.model
    def _prepare_parts(self, branch, times):
        """Return [(part of the day, [{"start", "label", "iso"}])] for starts in seconds; parts without any left out."""
        parts = {self.env._("Morning"): [], self.env._("Afternoon"): [], self.env._("Evening"): []}
        morning, afternoon, evening = parts.values()
        for at in times:
            moment = naive(at)
            hour = branch._clinic_local(moment).hour
            part = morning if hour < NOON else afternoon if hour < EVENING else evening
            part.append(self._prepare_moment(branch, moment))
        return [(name, moments) for name, moments in parts.items() if moments]

    @api.model
    def _prepare_moment(self, branch, moment):
        """Return what a page shows of ``moment`` (naive UTC)."""
        local = branch._clinic_local(moment)
        return {
            "start": fields.Datetime.to_string(moment),
            "iso": moment.isoformat() + "Z",
            "label": format_time(self.env, local.time(), time_format="short"),
            "day": self._day_label(local.date()),
        }

    @api.model
    def _day_label(self, day):
        return format_date(self.env, day, date_format="EEEE d MMMM")

    @api.model
    def _zone_label(self, branch):
        """Return how the branch's zone is called, e.g. “Karachi”."""
        return branch._clinic_timezone().zone.rpartition("/")[2].replace("_", " ")


def _next(month):
    """Return the first day of the month after ``month``."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _earlier(month):
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)
