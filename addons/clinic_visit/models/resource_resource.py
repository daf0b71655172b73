from collections import defaultdict
from datetime import date

from pytz import timezone, utc

from odoo import models
from odoo.tools import SQL

from ..hours import days_between, expand, naive, seconds, wall
from ..slots import DAY, merge, subtract


class ResourceResource(models.Model):
    """When practitioners, rooms and devices are at work."""

    _inherit = "resource.resource"

    def _clinic_work(self, start, stop):
        """Return {resource id: [(start, stop), …]} in seconds since the epoch: when each resource is at work.

        Working hours follow the HR version of each day, which Odoo's own ``_get_valid_work_intervals`` does only for
        versions with a contract, and the clocks of the calendar, where Odoo's follow a zone that employees choose in
        their preferences: the clinic does not travel with them. Leaves and public holidays are taken out. The number
        of queries doesn't depend on the number of resources, and resources with the same hours share one list.

        :param start: naive UTC datetime
        :param stop: naive UTC datetime
        """
        # Hours depend on HR versions, which those who book may not read; only times come out.
        resources = self.sudo().with_prefetch(self.ids)
        resources.fetch(["calendar_id", "company_id", "tz"])
        first, last = seconds(start), seconds(stop)
        periods = resources._clinic_hours_periods()
        calendars = (
            self.env["resource.calendar"]
            .sudo()
            .browse({calendar for spans in periods.values() for _from, _to, calendar in spans if calendar})
        )
        weeks = calendars._clinic_weeks()
        general, own = resources._clinic_leaves(start, stop)
        shared = {}
        work = {}
        for resource in resources:
            key = (resource.tz, resource.company_id.id, tuple(periods[resource.id]))
            if key not in shared:
                shared[key] = self._clinic_hours(resource, key[2], weeks, general, first, last)
            leaves = own.get(resource.id)
            work[resource.id] = subtract(shared[key], leaves) if leaves else shared[key]
        return work

    def _clinic_hours_periods(self):
        """Return {resource id: [(first day, last day, calendar id or None), …]}."""
        periods = {
            resource.id: [(date.min, date.max, (resource.calendar_id or resource.company_id.resource_calendar_id).id)]
            for resource in self
        }
        versions = defaultdict(list)
        for resource_id, *version in self._clinic_versions():
            versions[resource_id].append(version)
        return {**periods, **{key: list(_version_periods(dated)) for key, dated in versions.items()}}

    def _clinic_versions(self):
        """Return (resource id, date, contract's start, contract's end, calendar id) of the HR versions, in order.

        In SQL, because reading an employee through the ORM fetches all of its versioned columns.
        """
        columns = ["employee_id", "date_version", "contract_date_start", "contract_date_end", "resource_calendar_id"]
        self.env["hr.version"].flush_model([*columns, "active"])
        self.env["hr.employee"].flush_model(["resource_id"])
        query = SQL(
            """
            SELECT e.resource_id, v.date_version, v.contract_date_start, v.contract_date_end, v.resource_calendar_id
              FROM hr_version v
              JOIN hr_employee e ON e.id = v.employee_id
             WHERE v.active AND e.resource_id = ANY(%s)
          ORDER BY e.resource_id, v.date_version
            """,
            self.ids,
        )
        return self.env.execute_query(query)

    def _clinic_hours(self, resource, spans, weeks, general, first, last):
        """Return the working intervals of all resources that have the same hours as ``resource``."""
        hours = []
        for day_from, day_to, calendar_id in spans:
            zone, week = weeks[calendar_id] if calendar_id else (timezone(resource.tz or "UTC"), ())
            days = days_between(first - DAY, last + DAY, zone)
            begin = max(days.start, day_from.toordinal())
            end = min(days.stop, day_to.toordinal() + 1)
            if begin >= end:
                continue
            if not calendar_id:
                work = [(wall(begin, 0, zone), wall(end, 0, zone))]
            elif week is None:
                work = self._clinic_flexible_hours(calendar_id, begin, end, zone)
            else:
                work = expand(week, range(begin, end), zone)
            hours += subtract(
                work, general[resource.company_id.id, calendar_id] + general[resource.company_id.id, None]
            )
        return [(max(begin, first), min(end, last)) for begin, end in merge(hours) if begin < last and end > first]

    def _clinic_flexible_hours(self, calendar_id, begin, end, zone):
        """Return what Odoo takes for the working hours of a flexible calendar."""
        calendar = self.env["resource.calendar"].sudo().browse(calendar_id)
        found = calendar._attendance_intervals_batch(
            utc.localize(naive(wall(begin, 0, zone))), utc.localize(naive(wall(end, 0, zone))), tz=zone
        )[False]
        return [tuple(seconds(at.astimezone(utc).replace(tzinfo=None)) for at in (a, b)) for a, b, _day in found]

    def _clinic_leaves(self, start, stop):
        """Return the leaves as ({(company id, calendar id or None): intervals}, {resource id: intervals})."""
        columns = ["resource_id", "calendar_id", "company_id", "date_from", "date_to"]
        self.env["resource.calendar.leaves"].flush_model([*columns, "time_type"])
        query = SQL(
            """
            SELECT resource_id, calendar_id, company_id, date_from, date_to
              FROM resource_calendar_leaves
             WHERE time_type = 'leave' AND (resource_id IS NULL OR resource_id = ANY(%(resources)s))
               AND date_from < %(stop)s AND date_to > %(start)s
            """,
            resources=self.ids,
            start=start,
            stop=stop,
        )
        general, own = defaultdict(list), defaultdict(list)
        for resource_id, calendar_id, company_id, date_from, date_to in self.env.execute_query(query):
            leaves = own[resource_id] if resource_id else general[company_id or False, calendar_id]
            leaves.append((seconds(date_from), seconds(date_to)))
        return general, own


def _version_periods(versions):
    """Yield (first day, last day, calendar id or None) for each of one employee's ``versions`` in order.

    A version lasts until the next one begins. What came before the first one is not known and taken to be the same.
    """
    following = [version[0] for version in versions[1:]]
    for position, (day, contract_start, contract_end, calendar_id) in enumerate(versions):
        first = max(day if position else date.min, contract_start or date.min)
        ends = [date.fromordinal(day.toordinal() - 1) for day in following[position : position + 1]]
        yield first, min([*ends, contract_end or date.max]), calendar_id
