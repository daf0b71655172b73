from collections import defaultdict
from datetime import date

from pytz import timezone, utc

from odoo import models

from ..hours import days_between, expand, naive, seconds, wall
from ..slots import DAY, merge, subtract


class ResourceResource(models.Model):
    """When practitioners, rooms and devices are at work."""

    _inherit = "resource.resource"

    def _clinic_work(self, start, stop, known=None, leaves=None):
        """Return {resource id: [(start, stop), …]} in seconds since the epoch: when each resource is at work.

        Working hours follow the HR version of each day, which Odoo's own ``_get_valid_work_intervals`` does only for
        versions with a contract, and the clocks of the calendar, where Odoo's follow a zone that employees choose in
        their preferences: the clinic does not travel with them. Leaves and public holidays are taken out. The number
        of queries doesn't depend on the number of resources, and resources with the same hours share one list.

        :param start: naive UTC datetime
        :param stop: naive UTC datetime
        :param known: what ``_clinic_hours_known`` has returned for these resources, and maybe others
        :param leaves: likewise, what ``clinic.availability._leaves`` has returned for them and that time
        """
        first, last = seconds(start), seconds(stop)
        plans, weeks = known or self._clinic_hours_known()
        general, own = leaves or self.env["clinic.availability"]._leaves(self, start, stop)
        shared = {}
        work = {}
        for resource_id in self.ids:
            key = plans[resource_id]
            if key not in shared:
                shared[key] = self._clinic_hours(*key, weeks, general, first, last)
            away = own.get(resource_id)
            work[resource_id] = subtract(shared[key], away) if away else shared[key]
        return work

    def _clinic_hours_known(self):
        """Return ({resource id: plan}, weeks): all that the hours of these resources depend on, but for leaves.

        A plan is (zone, ids of the company and those above it, ((first day, last day, calendar id or None), …));
        ``weeks`` are those of the calendars, see ``resource.calendar._clinic_weeks``.
        """
        plans, versions = {}, defaultdict(list)
        for resource_id, active, zone, path, calendar_id, *version in self._clinic_versions():
            companies = tuple(int(part) for part in (path or "").split("/") if part)
            # What is archived is never at work.
            plans[resource_id] = (zone, companies, ((date.min, date.max, calendar_id),) if active else ())
            if active and version[0]:
                versions[resource_id].append(version)
        for resource_id, dated in versions.items():
            plans[resource_id] = (*plans[resource_id][:2], tuple(_version_periods(dated)))
        calendars = {
            calendar for _zone, _company, spans in plans.values() for _from, _to, calendar in spans if calendar
        }
        return plans, self.env["resource.calendar"].browse(calendars)._clinic_weeks()

    def _clinic_versions(self):
        """Return what the hours of these resources depend on as rows, one for each HR version, in order.

        (resource id, whether it is active, zone, path of its company, calendar id, the version's date, contract's start
        and end, calendar id and day of departure); in SQL, because reading an employee through the ORM fetches all of
        its versioned columns. Those who book may not read versions; only times come out.
        """
        columns = ["employee_id", "date_version", "contract_date_start", "contract_date_end", "resource_calendar_id"]
        self.env["hr.version"].flush_model([*columns, "departure_date", "active"])
        self.env["hr.employee"].flush_model(["resource_id"])
        self.flush_model(["active", "tz", "company_id", "calendar_id"])
        self.env["res.company"].flush_model(["resource_calendar_id", "parent_path"])
        self.env.cr.execute(
            """
            SELECT r.id, r.active, r.tz, c.parent_path, COALESCE(r.calendar_id, c.resource_calendar_id),
                   v.date_version, v.contract_date_start, v.contract_date_end, v.resource_calendar_id, v.departure_date
              FROM resource_resource r
         LEFT JOIN res_company c ON c.id = r.company_id
         LEFT JOIN hr_employee e ON e.resource_id = r.id
         LEFT JOIN hr_version v ON v.employee_id = e.id AND v.active
             WHERE r.id = ANY(%s)
          ORDER BY r.id, v.date_version
            """,
            (self.ids,),
        )
        return self.env.cr.fetchall()

    def _clinic_hours(self, zone_name, companies, spans, weeks, general, first, last):
        """Return the working intervals of all resources of a zone and branch with the calendars of ``spans``.

        A public holiday of a company closes the branches below it, too: those that work by its hours where it names
        them, else all.
        """
        hours = []
        for day_from, day_to, calendar_id in spans:
            zone, week = weeks[calendar_id] if calendar_id else (timezone(zone_name or "UTC"), ())
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
            keys = [(company, calendar) for company in (False, *companies) for calendar in (calendar_id, None)]
            hours += subtract(work, [leave for key in keys for leave in general[key]])
        return [(max(begin, first), min(end, last)) for begin, end in merge(hours) if begin < last and end > first]

    def _clinic_flexible_hours(self, calendar_id, begin, end, zone):
        """Return what Odoo takes for the working hours of a flexible calendar."""
        calendar = self.env["resource.calendar"].sudo().browse(calendar_id)
        found = calendar._attendance_intervals_batch(
            utc.localize(naive(wall(begin, 0, zone))), utc.localize(naive(wall(end, 0, zone))), tz=zone
        )[False]
        return [tuple(seconds(at.astimezone(utc).replace(tzinfo=None)) for at in (a, b)) for a, b, _day in found]


def _version_periods(versions):
    """Yield (first day, last day, calendar id or None) for each of one employee's ``versions`` in order.

    A version lasts until the next one begins. What came before the first one is not known and taken to be the same.
    Who departs does not come to work after that day, also under a version that began before it; a version that begins
    later is a return.
    """
    following = [version[0] for version in versions[1:]]
    left = None
    for position, (day, contract_start, contract_end, calendar_id, departure) in enumerate(versions):
        left = departure or (left if left and day <= left else None)
        first = max(day if position else date.min, contract_start or date.min)
        ends = [date.fromordinal(day.toordinal() - 1) for day in following[position : position + 1]]
        yield first, min([*ends, contract_end or date.max, left or date.max]), calendar_id
