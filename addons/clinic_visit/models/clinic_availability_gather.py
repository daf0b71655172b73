from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..hours import seconds, wall
from ..slots import Candidate, subtract

# Buffers and the neighbours of a slot lie outside the window that is asked for.
MARGIN = timedelta(days=1)
DAY = timedelta(days=1)


class Owner(NamedTuple):
    """A practitioner, room or device, whose resource can be reserved."""

    role: str
    id: int
    resource_id: int
    kind_id: int | None  # of rooms and devices
    user_id: int | None  # of practitioners


@dataclass(frozen=True)
class Known:
    """What was gathered about the resources of a branch; the candidates in order of preference."""

    branch: models.BaseModel
    practitioners: dict[int, list[Candidate]]  # by treatment
    rooms: dict[int, list[Candidate]]  # by kind
    devices: dict[int, list[Candidate]]  # by kind
    owner: dict[int, int]  # resource -> practitioner, room or device
    busy: dict[int, list]  # by resource, shared with the candidates

    def take(self, taken):
        """Take note of (resource, start, stop) in seconds that are taken although that cannot be seen yet."""
        for resource_id, start, stop in taken:
            if resource_id in self.busy:
                self.busy[resource_id].append((start, stop))

    def add(self, one, candidate, permits):
        """Add the owner ``one``; ``permits`` tell for which treatments, and when not, practitioners are candidates."""
        self.owner[candidate.key] = one.id
        if one.role != "practitioner":
            places = self.rooms if one.role == "room" else self.devices
            places[one.kind_id].append(candidate)
            return
        for treatment_id, permit in permits.items():
            forbidden = permit.get(one.id)
            if forbidden:
                work = subtract(candidate.work, forbidden)
                self.practitioners[treatment_id].append(candidate._replace(work=work))
            elif forbidden is not None:
                self.practitioners[treatment_id].append(candidate)


class ClinicAvailability(models.AbstractModel):
    """The one place that gathers what makes a resource free or not, in a constant number of queries."""

    _inherit = "clinic.availability"

    @api.model
    def _gather(self, treatments, branch, start, stop, practitioner=None, ignore=None):
        """Return what is ``Known`` of the resources for ``treatments`` in ``branch`` between ``start`` and ``stop``.

        The less a resource is reserved in that time, the earlier it comes.

        :param start: naive UTC datetime
        :param stop: naive UTC datetime
        :param practitioner: the only one to consider; None for everybody
        :param ignore: procedures whose own reservations do not count
        """
        owners = self._owners(treatments, branch, practitioner)
        permits = self._permits(treatments, owners, branch, start, stop)
        owners = [
            one for one in owners if one.role != "practitioner" or any(one.id in permit for permit in permits.values())
        ]
        resources = self.env["resource.resource"].browse([one.resource_id for one in owners])
        work = resources._clinic_work(start, stop)
        busy = self._busy(resources, start - MARGIN, stop + MARGIN, ignore)
        users = {one.user_id: one.resource_id for one in owners if one.user_id}
        for resource_id, intervals in self._appointments(users, branch, start - MARGIN, stop + MARGIN).items():
            busy[resource_id] += intervals
        begin, end = seconds(self._day(branch, start)[0]), seconds(self._day(branch, stop)[1])
        loads = {
            key: sum(last - first for first, last in spans if first < end and last > begin)
            for key, spans in busy.items()
        }
        owners.sort(key=lambda one: loads.get(one.resource_id, 0))
        known = Known(branch, defaultdict(list), defaultdict(list), defaultdict(list), {}, busy)
        for one in owners:
            known.add(one, Candidate(one.resource_id, work[one.resource_id], busy[one.resource_id]), permits)
        return known

    @api.model
    def _owners(self, treatments, branch, practitioner=None):
        """Return the practitioners of ``branch`` (only ``practitioner``, if given), and its rooms and devices that fit.

        In SQL, as all that is gathered: people wait for it, and an ORM search costs more than its query.
        """
        for model in ("clinic.practitioner", "clinic.room", "clinic.device"):
            self.env[model].flush_model(["active", "resource_id", "sequence", "name"])
        self.env["clinic.practitioner"].flush_model(["user_id", "company_ids"])
        places = [self._sql_places(role, treatments[f"{role}_kind_id"], branch) for role in ("room", "device")]
        query = SQL(
            """
            (SELECT 'practitioner', p.id, p.resource_id, NULL::int, p.user_id
               FROM clinic_practitioner p
               JOIN clinic_practitioner_res_company_rel b ON b.clinic_practitioner_id = p.id
              WHERE p.active AND b.res_company_id = %s AND %s
           ORDER BY p.sequence, p.name, p.id)
            UNION ALL %s UNION ALL %s
            """,
            branch.id,
            SQL("p.id = ANY(%s)", practitioner.ids) if practitioner else SQL("TRUE"),
            *places,
        )
        return [Owner(*row) for row in self.env.execute_query(query)]

    @api.model
    def _sql_places(self, role, kinds, branch):
        """Return the query of the rooms or devices (``role``) of ``kinds`` in ``branch``."""
        self.env[f"clinic.{role}"].flush_model(["kind_id", "company_id"])
        return SQL(
            """
            (SELECT %s, id, resource_id, kind_id, NULL::int
               FROM %s
              WHERE active AND company_id = %s AND kind_id = ANY(%s)
           ORDER BY sequence, name, id)
            """,
            role,
            SQL.identifier(f"clinic_{role}"),
            branch.id,
            kinds.ids,
        )

    @api.model
    def _permits(self, treatments, owners, branch, start, stop):
        """Return {treatment id: {practitioner id: intervals without authorization}} of those who have any."""
        zone = branch._clinic_timezone()
        first, last = branch._clinic_local(start).date(), branch._clinic_local(stop).date()
        treatments.categ_id.fetch(["parent_path"])
        above = {treatment.id: _ids_of_path(treatment.categ_id.parent_path) for treatment in treatments}
        permits = {treatment.id: defaultdict(list) for treatment in treatments}
        midnight = cache(lambda day: wall(day.toordinal(), 0, zone))
        for person_id, treatment_id, category_id, date_from, date_to in self._authorizations(
            owners, list(above), list(set().union(*above.values())), first, last
        ):
            valid = midnight(max(date_from, first)), midnight(min(date_to or last, last) + DAY)
            for id_, categories in above.items():
                if treatment_id == id_ or category_id in categories:
                    permits[id_][person_id].append(valid)
        window = [(midnight(first), midnight(last + DAY))]
        return {
            id_: {person_id: subtract(window, valid) for person_id, valid in permit.items()}
            for id_, permit in permits.items()
        }

    @api.model
    def _authorizations(self, owners, treatment_ids, category_ids, first, last):
        """Return (practitioner, treatment, category, first day, last day) valid from ``first`` to ``last``."""
        columns = ["practitioner_id", "treatment_id", "category_id", "date_from", "valid_to"]
        self.env["clinic.authorization"].flush_model(columns)
        query = SQL(
            """
            SELECT practitioner_id, treatment_id, category_id, date_from, valid_to
              FROM clinic_authorization
             WHERE practitioner_id = ANY(%(people)s)
               AND date_from <= %(last)s AND (valid_to IS NULL OR valid_to >= %(first)s)
               AND (treatment_id = ANY(%(treatments)s) OR category_id = ANY(%(categories)s))
            """,
            people=[one.id for one in owners if one.role == "practitioner"],
            first=first,
            last=last,
            treatments=treatment_ids,
            categories=category_ids,
        )
        return self.env.execute_query(query)

    @api.model
    def _busy(self, resources, start, stop, ignore=None):
        """Return {resource id: [(start, stop), …]} in seconds: what is reserved, without holds that have run out."""
        reservations = self.env["clinic.reservation"]
        reservations.flush_model(["resource_id", "start", "stop", "blocking", "procedure_id"])
        free = [*(ignore.ids if ignore else []), *self._expired_holds()]
        query = SQL(
            """
            SELECT resource_id,
                   array_agg(date_part('epoch', start)::bigint),
                   array_agg(date_part('epoch', stop)::bigint)
              FROM clinic_reservation
             WHERE blocking AND resource_id = ANY(%(resources)s) AND stop > %(start)s AND start < %(stop)s
               AND %(counts)s
          GROUP BY resource_id
            """,
            resources=resources.ids,
            start=start,
            stop=stop,
            counts=SQL("(procedure_id IS NULL OR procedure_id != ALL(%s))", free) if free else SQL("TRUE"),
        )
        busy = defaultdict(list)
        for resource_id, starts, stops in self.env.execute_query(query):
            busy[resource_id] = list(zip(starts, stops, strict=True))
        return busy

    @api.model
    def _expired_holds(self):
        """Return the ids of the procedures that are held no longer, although nobody has released them yet."""
        self.env["clinic.visit"].flush_model(["state", "expires_at"])
        self.env["clinic.procedure"].flush_model(["visit_id"])
        query = SQL(
            """
            SELECT p.id
              FROM clinic_visit v
              JOIN clinic_procedure p ON p.visit_id = v.id
             WHERE v.state = 'held' AND v.expires_at <= %s
            """,
            fields.Datetime.now(),
        )
        return [procedure_id for (procedure_id,) in self.env.execute_query(query)]

    @api.model
    def _appointments(self, users, branch, start, stop):
        """Return {resource id: [(start, stop), …]} in seconds: busy events in the calendars of practitioners.

        Those that stand for procedures are left out: these are reserved. An event of whole days takes the days of the
        branch's zone.

        :param users: {user id: resource id}
        """
        if not users:
            return {}
        self.env["calendar.event"].flush_model(["start", "stop", "allday", "active", "show_as", "clinic_procedure_id"])
        self.env["calendar.attendee"].flush_model(["event_id", "partner_id", "state"])
        query = SQL(
            """
            SELECT u.id, e.start, e.stop, e.allday
              FROM res_users u
              JOIN calendar_attendee a ON a.partner_id = u.partner_id
              JOIN calendar_event e ON e.id = a.event_id
             WHERE u.id = ANY(%(users)s) AND a.state IS DISTINCT FROM 'declined'
               AND e.active AND e.show_as = 'busy' AND e.clinic_procedure_id IS NULL
               AND e.stop > %(start)s AND e.start < %(stop)s
            """,
            users=list(users),
            start=start,
            stop=stop,
        )
        zone = branch._clinic_timezone()
        found = defaultdict(list)
        for user_id, first, last, allday in self.env.execute_query(query):
            if allday:
                interval = wall(first.toordinal(), 0, zone), wall(last.toordinal() + 1, 0, zone)
            else:
                interval = seconds(first), seconds(last)
            found[users[user_id]].append(interval)
        return found


def _ids_of_path(path):
    """Return the ids of a category and of those above it, from its ``parent_path``.

    >>> sorted(_ids_of_path("1/4/"))
    [1, 4]
    """
    return {int(part) for part in (path or "").split("/") if part}
