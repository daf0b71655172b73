from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..hours import seconds, wall
from ..slots import Candidate, subtract

# Buffers and the neighbours of a slot lie outside the window that is asked for.
MARGIN = timedelta(days=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """What was gathered about the resources of a branch; the candidates in order of preference."""

    branch: models.BaseModel
    practitioners: dict[int, list[Candidate]]  # by treatment
    rooms: dict[int, list[Candidate]]  # by kind
    devices: dict[int, list[Candidate]]  # by kind
    owner: dict[int, int]  # resource -> practitioner, room or device


class ClinicAvailability(models.AbstractModel):
    """The one place that gathers what makes a resource free or not, in a constant number of queries."""

    _inherit = "clinic.availability"

    @api.model
    def _gather(self, treatments, branch, start, stop, practitioner=None, ignore=None, taken=()):
        """Return what is ``Known`` of the resources for ``treatments`` in ``branch`` between ``start`` and ``stop``.

        The less a resource is reserved in that time, the earlier it comes.

        :param start: naive UTC datetime
        :param stop: naive UTC datetime
        :param practitioner: the only one to consider; None for everybody
        :param ignore: procedures whose own reservations do not count
        :param taken: (resource id, start, stop) in seconds that are known to be taken although not yet visible
        """
        people = self._people(branch, practitioner)
        permits = self._permits(treatments, people, branch, start, stop)
        people = people.filtered(lambda person: any(person.id in permit for permit in permits.values()))
        rooms = self._places("clinic.room", treatments.room_kind_id, branch)
        devices = self._places("clinic.device", treatments.device_kind_id, branch)
        resources = people.resource_id | rooms.resource_id | devices.resource_id
        work = resources._clinic_work(start, stop)
        busy = self._busy(resources, start - MARGIN, stop + MARGIN, ignore)
        for resource_id, intervals in self._appointments(people, branch, start - MARGIN, stop + MARGIN).items():
            busy[resource_id] += intervals
        for resource_id, first, last in taken:
            busy[resource_id].append((first, last))

        begin, end = seconds(self._day(branch, start)[0]), seconds(self._day(branch, stop)[1])

        def load(candidate):
            return sum(last - first for first, last in candidate.busy if first < end and last > begin)

        def candidates(records):
            return sorted((Candidate(key, work[key], busy[key]) for key in records.resource_id.ids), key=load)

        owner = {record.resource_id.id: record.id for records in (people, rooms, devices) for record in records}
        everybody = candidates(people)
        return Known(
            branch,
            {treatment.id: list(_permitted(everybody, permits[treatment.id], owner)) for treatment in treatments},
            defaultdict(list, {kind.id: candidates(group) for kind, group in rooms.grouped("kind_id").items()}),
            defaultdict(list, {kind.id: candidates(group) for kind, group in devices.grouped("kind_id").items()}),
            owner,
        )

    @api.model
    def _people(self, branch, practitioner=None):
        """Return the practitioners who work in ``branch``, only ``practitioner`` where some are given."""
        domain = Domain("company_ids", "in", branch.ids)
        if practitioner:
            domain &= Domain("id", "in", practitioner.ids)
        # Whether a resource is free must not depend on who asks; only free times come out.
        return self.env["clinic.practitioner"].sudo().search_fetch(domain, ["resource_id", "user_id"])

    @api.model
    def _places(self, model, kinds, branch):
        """Return the rooms or devices of ``kinds`` in ``branch``."""
        # As with ``_people``.
        places = self.env[model].sudo()
        if not kinds:
            return places
        domain = [("kind_id", "in", kinds.ids), ("company_id", "=", branch.id)]
        return places.search_fetch(domain, ["kind_id", "resource_id", "company_id"])

    @api.model
    def _permits(self, treatments, people, branch, start, stop):
        """Return {treatment id: {practitioner id: intervals without authorization}} of those who have any."""
        zone = branch._clinic_timezone()
        first, last = branch._clinic_local(start).date(), branch._clinic_local(stop).date()
        above = {treatment: _ids_of_path(treatment.categ_id.parent_path) for treatment in treatments}
        categories = set().union(*above.values())
        domain = (
            Domain("practitioner_id", "in", people.ids)
            & Domain("date_from", "<=", last)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", first))
            & (Domain("treatment_id", "in", treatments.ids) | Domain("category_id", "in", list(categories)))
        )
        permits = {treatment.id: defaultdict(list) for treatment in treatments}
        # Whether somebody may treat must not depend on who asks.
        fetched = ["practitioner_id", "treatment_id", "category_id", "date_from", "date_to"]
        midnight = cache(lambda day: wall(day.toordinal(), 0, zone))
        window = [(midnight(first), midnight(last + DAY))]
        for granted in self.env["clinic.authorization"].sudo().search_fetch(domain, fetched):
            begin = midnight(max(granted.date_from, first))
            end = midnight(min(granted.date_to or last, last) + DAY)
            for treatment in treatments:
                if granted.treatment_id == treatment or granted.category_id.id in above[treatment]:
                    permits[treatment.id][granted.practitioner_id.id].append((begin, end))
        return {
            treatment_id: {person_id: subtract(window, valid) for person_id, valid in permit.items()}
            for treatment_id, permit in permits.items()
        }

    @api.model
    def _busy(self, resources, start, stop, ignore=None):
        """Return {resource id: [(start, stop), …]} in seconds: what is reserved, without holds that have run out."""
        reservations = self.env["clinic.reservation"]
        reservations.flush_model(["resource_id", "start", "stop", "blocking", "procedure_id"])
        self.env["clinic.visit"].flush_model(["state", "expires_at"])
        self.env["clinic.procedure"].flush_model(["visit_id"])
        query = SQL(
            """
            SELECT resource_id,
                   array_agg(extract(epoch FROM start)::bigint),
                   array_agg(extract(epoch FROM stop)::bigint)
              FROM clinic_reservation
             WHERE blocking AND resource_id = ANY(%(resources)s) AND stop > %(start)s AND start < %(stop)s
               AND (procedure_id IS NULL
                    OR procedure_id != ALL(%(ignore)s)
                   AND procedure_id NOT IN (SELECT p.id FROM clinic_visit v JOIN clinic_procedure p ON p.visit_id = v.id
                                             WHERE v.state = 'held' AND v.expires_at <= %(now)s))
          GROUP BY resource_id
            """,
            resources=resources.ids,
            start=start,
            stop=stop,
            ignore=ignore.ids if ignore else [],
            now=fields.Datetime.now(),
        )
        busy = defaultdict(list)
        for resource_id, starts, stops in self.env.execute_query(query):
            busy[resource_id] = list(zip(starts, stops, strict=True))
        return busy

    @api.model
    def _appointments(self, people, branch, start, stop):
        """Return {resource id: [(start, stop), …]} in seconds: busy events in the calendars of practitioners.

        Those that stand for procedures are left out: these are reserved. An event of whole days takes the days of the
        branch's zone.
        """
        if not people.user_id:
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
            users=people.user_id.ids,
            start=start,
            stop=stop,
        )
        resource_of = {person.user_id.id: person.resource_id.id for person in people}
        zone = branch._clinic_timezone()
        found = defaultdict(list)
        for user_id, first, last, allday in self.env.execute_query(query):
            if allday:
                interval = wall(first.toordinal(), 0, zone), wall(last.toordinal() + 1, 0, zone)
            else:
                interval = seconds(first), seconds(last)
            found[resource_of[user_id]].append(interval)
        return found


def _permitted(candidates, permit, owner):
    """Yield those of ``candidates`` in ``permit``, at work only while their authorization is valid."""
    for candidate in candidates:
        forbidden = permit.get(owner[candidate.key])
        if forbidden is None:
            continue
        yield candidate._replace(work=subtract(candidate.work, forbidden)) if forbidden else candidate


def _ids_of_path(path):
    """Return the ids of a category and of those above it, from its ``parent_path``.

    >>> sorted(_ids_of_path("1/4/"))
    [1, 4]
    """
    return {int(part) for part in (path or "").split("/") if part}
