from collections import defaultdict
from datetime import timedelta

from .clock import to_local, to_utc
from .hours import LATE
from .staff import PRACTITIONERS

STEP = timedelta(minutes=15)


class Agenda:
    """Who and what is free when, so that the demo asks only for visits that the clinic can give.

    It merely plans, quickly; whether a visit is booked is decided by the real method.
    """

    def __init__(self, env, branches, treatments, today):
        # (who or what cannot be in two places, day): [(taken from, to)]
        self._taken = defaultdict(list)
        self._openings = {}
        self._today = today
        practitioners = env["clinic.practitioner"].search([])
        self._authorized = {treatment: _authorized(practitioners, treatment) for treatment in treatments}
        self._lines = {
            practitioner: line
            for line in PRACTITIONERS
            for practitioner in practitioners.filtered(lambda p, line=line: p.name == line["name"])
        }
        self._places = defaultdict(list)
        places = [*env["clinic.room"].search([]), *env["clinic.device"].search([])]
        for place in places:
            self._places[place.company_id, place.kind_id].append(place)
        self._take_reserved(env, [*practitioners, *places])

    def _take_reserved(self, env, owners):
        """Occupy what is reserved from today on: for visits, for lunch or maintenance."""
        owner_of = {owner.resource_id: owner for owner in owners}
        domain = [("blocking", "=", True), ("stop", ">", to_utc(self._today, 0))]
        for reservation in env["clinic.reservation"].search(domain):
            if owner := owner_of.get(reservation.resource_id):
                self.take(owner, reservation.start, reservation.stop)

    def is_free(self, owner, start, stop):
        """Return whether ``owner`` is free from ``start`` to ``stop``."""
        return all(
            stop <= taken_from or start >= taken_to
            for day in _days(start, stop)
            for taken_from, taken_to in self._taken[owner, day]
        )

    def take(self, owner, start, stop):
        """Occupy ``owner`` from ``start`` to ``stop``."""
        for day in _days(start, stop):
            self._taken[owner, day].append((start, stop))

    def opening(self, hours, day, *, late=False):
        """Return the (first, last) moment in UTC that ``hours``, a resource.calendar, has on ``day``, or None.

        :param late: with the early and late hours of these days
        """
        if (hours, day, late) not in self._openings:
            lines = hours.attendance_ids.filtered(
                lambda line: line.dayofweek == str(day.weekday()) and (late or line.name != LATE)
            )
            edges = [*lines.mapped("hour_from"), *lines.mapped("hour_to")]
            self._openings[hours, day, late] = edges and (to_utc(day, int(min(edges))), to_utc(day, int(max(edges))))
        return self._openings[hours, day, late]

    def _closing(self, hours, day):
        """Return the moment at which ``hours`` of ``day`` end; through the night where the next day begins with it."""
        closing = self.opening(hours, day, late=True)[1]
        tomorrow = self.opening(hours, day + timedelta(days=1), late=True)
        return tomorrow[1] if tomorrow and tomorrow[0] == closing else closing

    def place(self, branch, day, treatments, starts, first_choice=None):
        """Take and return the first (practitioner, start) at which ``treatments`` can follow each other, or None.

        :param first_choice: who is asked before all others
        """
        able = self._able(branch, day, treatments, first_choice)
        for start in starts:
            for practitioner in able:
                if found := self._resources(branch, practitioner, day, treatments, start):
                    for resource, taken_from, taken_to in found:
                        self.take(resource, taken_from, taken_to)
                    return practitioner, start
        return None

    def _able(self, branch, day, treatments, first_choice):
        """Return the practitioners who are in ``branch`` on ``day`` and authorized, those who can do least first."""
        able = [
            practitioner
            for practitioner, line in self._lines.items()
            if day.weekday() in self._days_of(line, day).get(branch.name, ())
            and all(practitioner in self._authorized[treatment] for treatment in treatments)
        ]
        return sorted(
            able,
            key=lambda p: (p != first_choice, sum(p in authorized for authorized in self._authorized.values())),
        )

    def _days_of(self, line, day):
        """Return {branch name: weekdays} of the practitioner described by ``line``, as it is on ``day``."""
        return line.get("days_ahead", line["days"]) if day >= self._today else line["days"]

    def _resources(self, branch, practitioner, day, treatments, start):
        """Return the (resource, from, to) that a visit takes, or None when one of them is not free."""
        hours = practitioner.resource_id.calendar_id
        if not self.opening(hours, day):
            return None
        opening = self.opening(hours, day, late=True)[0]
        closing = min(self._closing(hours, day), self._closing(branch.resource_calendar_id, day))
        found = []
        for treatment in treatments:
            start += timedelta(minutes=treatment.buffer_before if found else 0)
            stop = start + timedelta(minutes=treatment.treatment_duration)
            if start < opening or stop > closing:
                return None
            occupied = treatment._occupied(start, stop)
            for candidates in self._needed(branch, practitioner, treatment):
                free = [resource for resource in candidates if self.is_free(resource, *occupied)]
                if not free:
                    return None
                found.append((free[0], *occupied))
            start = stop + timedelta(minutes=treatment.buffer_after)
        return found

    def _needed(self, branch, practitioner, treatment):
        """Return lists of resources, of each of which one is needed."""
        kinds = [kind for kind in (treatment.room_kind_id, treatment.device_kind_id) if kind]
        return [[practitioner], *(self._places[branch, kind] for kind in kinds)]


def _days(start, stop):
    return {to_local(start).date(), to_local(stop).date()}


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
