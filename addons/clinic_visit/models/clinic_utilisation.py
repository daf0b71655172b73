from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..hours import naive, wall

DAYS_BACK, DAYS_AHEAD = 7, 14
MOST_DAYS = 400
# Each ratio is the sum of its minutes divided by the sum of the minutes at work, whatever the group.
RATIOS = {"utilisation": "minutes_reserved", "treated_share": "minutes_treated"}
MINUTES = ("minutes_open", "minutes_reserved", "minutes_treated", "minutes_blocked", "minutes_no_show")


class Day(NamedTuple):
    """One resource on one day of its branch, from ``start`` to ``stop`` in seconds."""

    resource_id: int
    company_id: int
    kind: str
    day: date
    start: int
    stop: int
    minutes_open: int


class ClinicUtilisation(models.Model):
    """How one practitioner, room or device was used on one day: a fact for reports, kept by a nightly job."""

    _name = "clinic.utilisation"
    _description = "Utilisation"
    _order = "day desc, kind, resource_id"
    _rec_name = "resource_id"

    resource_id = fields.Many2one(
        "resource.resource", string="Practitioner, Room, Device", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, readonly=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [("practitioner", "Practitioner"), ("room", "Room"), ("device", "Device")], required=True, readonly=True
    )
    day = fields.Date(required=True, readonly=True, index=True, help="In the branch's time zone.")
    minutes_open = fields.Integer(string="At Work", readonly=True, help="Minutes of working hours, without leaves.")
    minutes_reserved = fields.Integer(
        string="Reserved", readonly=True, help="Minutes taken by procedures, buffers included."
    )
    minutes_treated = fields.Integer(
        string="Treated", readonly=True, help="Minutes taken by procedures, without buffers."
    )
    minutes_blocked = fields.Integer(string="Blocked", readonly=True, help="Minutes blocked, e.g. for maintenance.")
    minutes_no_show = fields.Integer(
        string="Missed", readonly=True, help="Minutes reserved for patients who did not come."
    )
    utilisation = fields.Float(
        readonly=True, aggregator="avg", help="Reserved minutes as a share of the minutes at work."
    )
    treated_share = fields.Float(
        readonly=True, aggregator="avg", help="Treated minutes as a share of the minutes at work."
    )

    _resource_day_uniq = models.UniqueIndex("(resource_id, day)", "This day of this resource is counted already.")

    def _read_group_select(self, aggregate_spec, query):
        """Divide the sums: the average of daily ratios would give a short day the weight of a long one."""
        name, _colon, aggregator = aggregate_spec.partition(":")
        if name not in RATIOS or aggregator != "avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(SUM(%s)::float / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, RATIOS[name], query),
            self._field_to_sql(self._table, "minutes_open", query),
        )

    @api.model
    def _cron_refresh(self):
        """Count the last days again, which may have been corrected, and the next ones as they are booked by now."""
        today = fields.Date.today()
        self._refresh(today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD))

    @api.model
    def _refresh(self, first_day, last_day, companies=None):
        """Count each day from ``first_day`` to ``last_day`` for all resources of ``companies`` (all by default).

        The number of queries depends neither on the days nor on the resources.
        """
        if not 0 <= (last_day - first_day).days < MOST_DAYS:
            raise UserError(
                self.env._(
                    "%(first)s to %(last)s is not a time that can be counted at once: at most %(most)s days.",
                    first=format_date(self.env, first_day),
                    last=format_date(self.env, last_day),
                    most=MOST_DAYS,
                )
            )
        # Facts do not depend on who has them counted.
        utilisation = self.sudo()
        companies = (companies or self.env["res.company"].search([])).sudo()
        days = list(utilisation._days(first_day, last_day, companies))
        utilisation._forget_gone(first_day, last_day, companies, {day.resource_id for day in days})
        if days:
            utilisation._count(days)

    @api.model
    def _resources_by_kind(self, companies):
        """Return [(kind, resources)] of ``companies``; a practitioner belongs to the branch of employment."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT owner.kind, r.id, r.company_id, r.name
                  FROM (SELECT 'practitioner' AS kind, resource_id FROM clinic_practitioner WHERE active
                        UNION ALL SELECT 'room', resource_id FROM clinic_room WHERE active
                        UNION ALL SELECT 'device', resource_id FROM clinic_device WHERE active) AS owner
                  JOIN resource_resource r ON r.id = owner.resource_id
                 WHERE r.company_id = ANY(%s)
              ORDER BY r.id
                """,
                companies.ids,
            )
        )
        resources = self.env["resource.resource"]
        for _kind, resource_id, company_id, name in rows:
            resources.browse(resource_id)._update_cache({"company_id": company_id, "name": name}, validate=False)
        return [
            (kind, resources.browse([row[1] for row in rows if row[0] == kind]))
            for kind in ("practitioner", "room", "device")
        ]

    @api.model
    def _days(self, first_day, last_day, companies):
        """Yield the ``Day`` of each resource and day with its working time."""
        midnights = {
            company: [
                wall(ordinal, 0, company._clinic_timezone())
                for ordinal in range(first_day.toordinal(), last_day.toordinal() + 2)
            ]
            for company in companies
        }
        kinds = self._resources_by_kind(companies)
        begin = min((times[0] for times in midnights.values()), default=0)
        end = max((times[-1] for times in midnights.values()), default=0)
        everything = self.env["resource.resource"].union(*(resources for _kind, resources in kinds))
        work = self.env["clinic.availability"]._work_in(companies, everything, naive(begin), naive(end))
        for kind, resources in kinds:
            for resource in resources:
                times = midnights[resource.company_id]
                for number, (start, stop) in enumerate(pairwise(times)):
                    day = first_day + timedelta(days=number)
                    minutes = _minutes_within(work[resource.id], start, stop)
                    yield Day(resource.id, resource.company_id.id, kind, day, start, stop, minutes)

    @api.model
    def _forget_gone(self, first_day, last_day, companies, resource_ids):
        """Delete what was counted ahead for resources that have been archived since."""
        ahead = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("day", ">=", max(first_day, company._clinic_today()))
            for company in companies
        )
        gone = Domain("day", "<=", last_day) & Domain("resource_id", "not in", list(resource_ids))
        self.search(ahead & gone).unlink()

    @api.model
    def _load_live(self, days):
        """Return how the resources of some branches are booked at this moment, as dictionaries; nothing is stored.

        :param days: {branch: its day}; the number of queries depends neither on them nor on the resources
        """
        if not days:
            return []
        # Facts do not depend on who has them counted.
        utilisation = self.sudo()
        branches = self.env["res.company"].union(*days).sudo()
        wanted = {branch.id: day for branch, day in days.items()}
        found = utilisation._days(min(days.values()), max(days.values()), branches)
        found = [day for day in found if day.day == wanted[day.company_id]]
        reserved = utilisation._reserved_minutes(found)
        resources = self.env["resource.resource"].sudo().browse([day.resource_id for day in found])
        return [
            {
                "resource_id": day.resource_id,
                "name": resource.name,
                "kind": day.kind,
                "company_id": day.company_id,
                "open": day.minutes_open,
                "reserved": reserved.get(day.resource_id, 0),
            }
            for day, resource in zip(found, resources, strict=True)
        ]

    @api.model
    def _reserved_minutes(self, days):
        """Return {resource id: reserved minutes} of ``days``, one a resource."""
        if not days:
            return {}
        columns = self._day_columns(days)
        query = SQL(
            "WITH days AS (%s) SELECT f.resource_id, COALESCE(f.reserved, 0) FROM (%s) f",
            self._sql_days(columns),
            self._sql_facts(columns),
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _day_columns(self, days):
        """Return ``days`` as columns for the database, after writing what it must know of reservations."""
        self.env["clinic.reservation"].flush_model()
        self.env["clinic.procedure"].flush_model(["start", "stop", "state", "visit_id"])
        self.env["clinic.visit"].flush_model(["state"])
        columns = [list(column) for column in zip(*days, strict=True)]
        columns[4:6] = [[naive(moment) for moment in column] for column in columns[4:6]]
        return columns

    @api.model
    def _count(self, days):
        """Store what is reserved on ``days``, in one statement."""
        columns = self._day_columns(days)
        self.env.execute_query(
            SQL(
                """
                WITH days AS (%(days)s), facts AS (%(facts)s)
                INSERT INTO clinic_utilisation (
                    resource_id, company_id, kind, day, minutes_open,
                    minutes_reserved, minutes_treated, minutes_blocked, minutes_no_show, utilisation, treated_share,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT d.resource_id, d.company_id, d.kind, d.day, d.minutes_open,
                       COALESCE(f.reserved, 0), COALESCE(f.treated, 0), COALESCE(f.blocked, 0), COALESCE(f.no_show, 0),
                       COALESCE(f.reserved::numeric / NULLIF(d.minutes_open, 0), 0),
                       COALESCE(f.treated::numeric / NULLIF(d.minutes_open, 0), 0),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM days d
             LEFT JOIN facts f ON f.resource_id = d.resource_id AND f.day = d.day
                    ON CONFLICT (resource_id, day) DO UPDATE SET %(updates)s
             RETURNING id
                """,
                days=self._sql_days(columns),
                facts=self._sql_facts(columns),
                updates=self._sql_updates(),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()

    @api.model
    def _sql_days(self, columns):
        types = ("int[]", "int[]", "text[]", "date[]", "timestamp[]", "timestamp[]", "int[]")
        typed = SQL(", ").join(SQL("%s::%s", column, SQL(type_)) for column, type_ in zip(columns, types, strict=True))
        return SQL(
            "SELECT * FROM unnest(%s) AS d (resource_id, company_id, kind, day, start, stop, minutes_open)", typed
        )

    @api.model
    def _sql_facts(self, columns):
        """Return the query of the minutes a resource and day, for reservations that touch one of the days."""
        return SQL(
            """
            SELECT d.resource_id, d.day,
                   round(sum(m.held) FILTER (WHERE r.blocking AND r.procedure_id IS NOT NULL))::int AS reserved,
                   round(sum(m.treated) FILTER (WHERE r.blocking))::int AS treated,
                   round(sum(m.held) FILTER (WHERE r.blocking AND r.block_id IS NOT NULL))::int AS blocked,
                   round(sum(m.held) FILTER (WHERE v.state = 'no_show' AND p.state != 'cancelled'))::int AS no_show
              FROM clinic_reservation r
              JOIN days d ON d.resource_id = r.resource_id AND r.start < d.stop AND r.stop > d.start
         LEFT JOIN clinic_procedure p ON p.id = r.procedure_id
         LEFT JOIN clinic_visit v ON v.id = p.visit_id
        CROSS JOIN LATERAL (
                SELECT extract(epoch FROM LEAST(r.stop, d.stop) - GREATEST(r.start, d.start)) / 60 AS held,
                       GREATEST(0, extract(epoch FROM LEAST(r.stop, p.stop, d.stop)
                                                      - GREATEST(r.start, p.start, d.start)) / 60)
                       * (p.id IS NOT NULL)::int AS treated
              ) m
             WHERE r.resource_id = ANY(%(resources)s) AND r.stop > %(first)s AND r.start < %(last)s
          GROUP BY d.resource_id, d.day
            """,
            resources=list(set(columns[0])),
            first=min(columns[4]),
            last=max(columns[5]),
        )

    @api.model
    def _sql_updates(self):
        names = ("company_id", "kind", *MINUTES, *RATIOS, "write_uid", "write_date")
        return SQL(", ").join(SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name)) for name in names)


def _minutes_within(intervals, start, stop):
    """Return the minutes of ``intervals`` between ``start`` and ``stop`` (all in seconds)."""
    return round(sum(max(0, min(last, stop) - max(first, start)) for first, last in intervals) / 60)
