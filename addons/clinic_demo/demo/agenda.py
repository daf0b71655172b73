from collections import defaultdict
from datetime import timedelta

from .clock import to_local, to_utc
from .staff import PRACTITIONERS

STEP = timedelta(minutes=15)


class Agenda:
    """Who and what is free when, so that the demo asks only for visits that the clinic can give.

    It merely plans, quickly; whether a visit is booked is decided by the real method.
    """

    def __init__(self, env, branches, treatments):
        # (whoever or whatever cannot be in two places, day): [(taken from, to)]
        self._taken = defaultdict(list)
        self._openings = {}
        practitioners = env["clinic.practitioner"].search([])
        self._authorized = {treatment: _authorized(practitioners, treatment) for treatment in treatments}
        self._presence = {
            practitioner: line["days"]
            for line in PRACTITIONERS
            for practitioner in practitioners.filtered(lambda p, line=line: p.name == line["name"])
        }
        self._places = defaultdict(list)
        places = [*env["clinic.room"].search([]), *env["clinic.device"].search([])]
        for place in places:
            self._places[place.company_id, place.kind_id].append(place)
        self._take_blocks(env, [*practitioners, *places])

    def _take_blocks(self, env, owners):
        """Occupy what is blocked already, for lunch or maintenance."""
        owner_of = {owner.resource_id: owner for owner in owners}
        for reservation in env["clinic.reservation"].search([("block_id", "!=", False)]):
            day = to_local(reservation.start).date()
            self.take((owner_of[reservation.resource_id], day), reservation.start, reservation.stop)

    def is_free(self, key, start, stop):
        """Return whether the (resource, day) ``key`` is free from ``start`` to ``stop``."""
        return all(stop <= taken_from or start >= taken_to for taken_from, taken_to in self._taken[key])

    def take(self, key, start, stop):
        """Occupy the (resource, day) ``key``."""
        self._taken[key].append((start, stop))

    def opening(self, hours, day):
        """Return the (first, last) moment in UTC that ``hours``, a resource.calendar, has on ``day``, or None."""
        if (hours, day) not in self._openings:
            lines = hours.attendance_ids.filtered(lambda line: line.dayofweek == str(day.weekday()))
            edges = [*lines.mapped("hour_from"), *lines.mapped("hour_to")]
            self._openings[hours, day] = edges and (to_utc(day, int(min(edges))), to_utc(day, int(max(edges))))
        return self._openings[hours, day]

    def place(self, branch, day, treatments, starts):
        """Take and return the first (practitioner, start) at which ``treatments`` can follow each other, or None."""
        able = self._able(branch, day, treatments)
        for start in starts:
            for practitioner in able:
                if found := self._resources(branch, practitioner, day, treatments, start):
                    for resource, taken_from, taken_to in found:
                        self.take((resource, day), taken_from, taken_to)
                    return practitioner, start
        return None

    def _able(self, branch, day, treatments):
        """Return the practitioners who are in ``branch`` on ``day`` and authorized, those who can do least first."""
        able = [
            practitioner
            for practitioner, days in self._presence.items()
            if day.weekday() in days.get(branch.name, ())
            and all(practitioner in self._authorized[treatment] for treatment in treatments)
        ]
        return sorted(able, key=lambda p: sum(p in authorized for authorized in self._authorized.values()))

    def _resources(self, branch, practitioner, day, treatments, start):
        """Return the (resource, from, to) that a visit takes, or None when one of them is not free."""
        hours = self.opening(practitioner.resource_id.calendar_id, day)
        closing = self.opening(branch.resource_calendar_id, day)[1]
        found = []
        for treatment in treatments:
            start += timedelta(minutes=treatment.buffer_before if found else 0)
            stop = start + timedelta(minutes=treatment.treatment_duration)
            if start < hours[0] or stop > min(hours[1], closing):
                return None
            occupied = treatment._occupied(start, stop)
            for candidates in self._needed(branch, practitioner, treatment):
                free = [resource for resource in candidates if self.is_free((resource, day), *occupied)]
                if not free:
                    return None
                found.append((free[0], *occupied))
            start = stop + timedelta(minutes=treatment.buffer_after)
        return found

    def _needed(self, branch, practitioner, treatment):
        """Return lists of resources, of each of which one is needed."""
        kinds = [kind for kind in (treatment.room_kind_id, treatment.device_kind_id) if kind]
        return [[practitioner], *(self._places[branch, kind] for kind in kinds)]


def _authorized(practitioners, treatment):
    """Return the practitioners who may perform ``treatment``, then as now."""
    return practitioners.filtered("authorization_ids")._authorized_for(
        treatment, max(practitioners.authorization_ids.mapped("date_from"))
    )


def starts_around(first, last, wanted):
    """Return the moments between ``first`` and ``last`` on a grid: from ``wanted`` on, then those before it."""
    grid = [first + STEP * number for number in range(int((last - first) / STEP) + 1)]
    later = [moment for moment in grid if moment >= wanted]
    return later + grid[: len(grid) - len(later)][::-1]
