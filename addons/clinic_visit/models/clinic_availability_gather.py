from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from odoo import api, models

from ..hours import seconds, wall
from ..slots import Candidate, subtract
from .clinic_availability import ROLES

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """What was gathered about the resources of a branch; the candidates in order of preference."""

    branch: models.BaseModel
    practitioners: dict[int, list[Candidate]]  # by treatment
    rooms: dict[int, list[Candidate]]  # by kind
    devices: dict[int, list[Candidate]]  # by kind
    owner: dict[int, int]  # resource -> practitioner, room or device
    busy: dict[int, list]  # by resource, shared with the candidates
    expired: bool  # whether there are holds that have run out, but still stand in the way in the database
    window: tuple  # in seconds, between which it was gathered
    facts: NamedTuple

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


class Question(NamedTuple):
    """What is asked of the database about the resources of a branch, and what the answer is put together with."""

    branch: models.BaseModel
    start: datetime
    stop: datetime
    day: tuple  # the whole days, in seconds, whose reservations say who has how much to do
    facts: NamedTuple
    permits: dict
    owners: list
    resources: models.BaseModel
    partners: dict  # partner id -> resource id
    expired: list  # procedures of holds that have run out
    calls: tuple  # SQL


class ClinicAvailability(models.AbstractModel):
    """The one place that gathers what makes a resource free or not, in a constant number of queries."""

    _inherit = "clinic.availability"

    @api.model
    def _gather(self, treatments, branch, start, stop, practitioner=None, ignore=None, standing=None):
        """Return what is ``Known`` of the resources for ``treatments`` in ``branch`` between ``start`` and ``stop``.

        The less a resource is reserved in that time, the earlier it comes.

        :param start: naive UTC datetime
        :param stop: naive UTC datetime
        :param practitioner: the only one to consider; None for everybody
        :param ignore: procedures whose own reservations do not count
        :param standing: the branch's ``Standing``, where it is known already
        """
        standing = standing or self._standing(branch)
        expired = self._held_procedures(standing.held_ids)
        question = self._question(treatments, branch, start, stop, practitioner, ignore, standing.facts, expired)
        return self._known(question, self._ask(*question.calls))

    @api.model
    def _question(self, treatments, branch, start, stop, practitioner, ignore, facts, expired):
        """Return the ``Question`` about the resources for ``treatments``; see ``_gather``."""
        permits = self._permits(treatments, facts, branch, start, stop)
        owners = self._owners(treatments, facts, permits, practitioner)
        resources = self.env["resource.resource"].browse([one.resource_id for one in owners])
        # Whole days, to know who has how much to do; and buffers lie outside the window that is asked for.
        begin, end = self._day(branch, start)[0], self._day(branch, stop - timedelta(seconds=1))[1]
        margin = timedelta(minutes=max([*treatments.mapped("buffer_before"), *treatments.mapped("buffer_after")]))
        first, last = min(begin, start) - margin, max(end, stop) + margin
        partners = {one.partner_id: one.resource_id for one in owners if one.partner_id}
        calls = (
            self._ask_leaves(resources, start, stop),
            self._ask_reserved(resources, first, last, [*expired, *(ignore.ids if ignore else ())]),
            self._ask_appointments(partners, first - DAY, last + DAY),
        )
        day = seconds(begin), seconds(end)
        return Question(branch, start, stop, day, facts, permits, owners, resources, partners, expired, calls)

    @api.model
    def _known(self, question, answers):
        """Return what is ``Known`` by the database's ``answers`` to ``question``."""
        leaves, reserved, appointments = answers
        work = question.resources._clinic_work(
            question.start, question.stop, question.facts.hours, self._by_scope(leaves)
        )
        busy = self._by_resource(reserved)
        by_partner = self._by_partner(appointments, question.partners, question.branch)
        for resource_id, intervals in by_partner.items():
            busy[resource_id] += intervals
        begin, end = question.day
        loads = {
            key: sum(last - first for first, last in spans if first < end and last > begin)
            for key, spans in busy.items()
        }
        places = (defaultdict(list) for _role in ROLES)
        window = seconds(question.start), seconds(question.stop)
        known = Known(question.branch, *places, {}, busy, bool(question.expired), window, question.facts)
        for one in sorted(question.owners, key=lambda one: loads.get(one.resource_id, 0)):
            candidate = Candidate(one.resource_id, work[one.resource_id], busy[one.resource_id])
            known.add(one, candidate, question.permits)
        return known

    @api.model
    def _owners(self, treatments, facts, permits, practitioner=None):
        """Return those of ``facts.owners`` who can be needed: permitted (only ``practitioner``) or fitting."""
        people = set().union(*permits.values())
        if practitioner:
            people &= set(practitioner.ids)
        wanted = {
            "room": set(treatments.room_kind_id.ids),
            "device": set(treatments.device_kind_id.ids),
        }
        return [
            one
            for one in facts.owners
            if (one.id in people if one.role == "practitioner" else one.kind_id in wanted[one.role])
        ]

    @api.model
    def _permits(self, treatments, facts, branch, start, stop):
        """Return {treatment id: {practitioner id: intervals without authorization}} of those who have any.

        An authorization counts for its treatment, or for its category and the categories below it.
        """
        zone = branch._clinic_timezone()
        first, last = branch._clinic_local(start).date(), branch._clinic_local(stop).date()
        midnight = cache(lambda day: wall(day.toordinal(), 0, zone))
        window = [(midnight(first), midnight(last + DAY))]
        permits = {}
        for treatment in treatments:
            categories = facts.above.get(treatment.categ_id.id, ())
            scopes = [("treatment", treatment.id), *(("category", category_id) for category_id in categories)]
            valid = defaultdict(list)
            for person_id, date_from, date_to in (
                permit for scope in scopes for permit in facts.permits.get(scope, ())
            ):
                if date_from <= last and (not date_to or date_to >= first):
                    span = midnight(max(date_from, first)), midnight(min(date_to or last, last) + DAY)
                    valid[person_id].append(span)
            permits[treatment.id] = {person_id: subtract(window, spans) for person_id, spans in valid.items()}
        return permits

    @api.model
    def _held_procedures(self, visit_ids):
        """Return the ids of the procedures of visits that are held no longer, although nobody has released them yet."""
        # Seldom any: a cron releases them.
        return self.env["clinic.visit"].sudo().browse(visit_ids).procedure_ids.ids
