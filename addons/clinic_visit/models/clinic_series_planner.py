from datetime import datetime, time, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_count, a_day, a_moment, a_number, a_record, one_of, takes

_lt = LazyTranslate(__name__)

DEFAULT_INTERVAL = 28
MOST_SESSIONS = 60
# Beyond the last ideal date the search goes on for so long, because sessions shift where nothing is free.
SLACK = timedelta(days=28)
# So many hours off the usual time of day weigh as much as one day off the ideal date.
HOURS_PER_DAY = 3


class ClinicSeriesPlanner(models.AbstractModel):
    """A full set of dates for the sessions of a course."""

    _name = "clinic.series.planner"
    _description = "Series Planner"

    @takes(
        patient=a_record("clinic.patient", missing=_lt("Choose the patient.")),
        treatment=a_record("product.template", missing=_lt("Choose the treatment.")),
        count=a_count(1, MOST_SESSIONS, says=_lt("A series has between 1 and %s sessions.", MOST_SESSIONS)),
        first=one_of(a_day(), a_moment()),
        practitioner=a_record("clinic.practitioner"),
        interval=a_count(1, 3660, says=_lt("Between two sessions lies at least one day.")),
        hour_from=a_number(0, 24),
        hour_to=a_number(0, 24),
    )
    @api.model
    def propose(self, patient, treatment, count, first, practitioner=None, interval=None, hour_from=None, hour_to=None):
        """Return the proposed slots for ``count`` sessions, in their order; fewer when not all can be found.

        The first is the earliest that suits, each next one the free slot nearest to its ideal date at about the same
        time of day. Ideal is ``interval`` days after the session before, which itself may have shifted; sooner than
        the treatment's least interval is never proposed. Nothing is booked.

        :param patient: a ``clinic.patient`` or its id; the least interval to other visits is kept, too
        :param treatment: a ``product.template`` or its id
        :param first: the first possible day, or a naive UTC datetime whose time of day is the preferred one
        :param practitioner: a ``clinic.practitioner`` or its id; None for anyone
        :param interval: days between sessions; None for the treatment's recommended interval, else four weeks
        :param hour_from: hours in the branch's zone between which a session has to lie; likewise ``hour_to``
        :return: a list of dicts as of ``clinic.availability.find_slots``
        :raises UserError, ValidationError: in words for the person who plans, when the wish makes no sense
        """
        visits = self.env["clinic.visit"]
        visits._booking_record(treatment)
        visits._booking_record(patient)
        interval = self._interval(treatment, interval)
        begin, hour = self._beginning(first, hour_from)
        slots = self.env["clinic.availability"].find_slots(
            treatment, begin, self._end(begin, count, interval), practitioner, patient=patient
        )
        places = self._places(slots, hour_from or 0, hour_to or 24)
        return self._pick(places, count, interval, treatment.interval_least, self._local(begin).date(), hour)

    @api.model
    def _interval(self, treatment, interval):
        """Return the days between two sessions of ``treatment``; raise when ``interval`` is too short."""
        if not interval:
            interval = treatment.interval_recommended or max(DEFAULT_INTERVAL, treatment.interval_least)
        if interval < treatment.interval_least:
            raise UserError(
                self.env._(
                    "%(days)s days are too short: %(treatment)s needs at least %(least)s days between two sessions.",
                    days=interval,
                    treatment=treatment.name,
                    least=treatment.interval_least,
                )
            )
        return interval

    @api.model
    def _beginning(self, first, hour_from):
        """Return (where the search begins in naive UTC, the preferred hour or None)."""
        zone = self.env.company._clinic_timezone()
        hour = hour_from
        if isinstance(first, datetime):
            first = self._local(first)
            hour = first.hour + first.minute / 60 if hour is None else hour
            first = first.date()
        midnight = zone.localize(datetime.combine(first, time.min)).astimezone(utc).replace(tzinfo=None)
        return max(midnight, fields.Datetime.now()), hour

    @api.model
    def _end(self, begin, count, interval):
        """Return where the search ends (naive UTC)."""
        return begin + timedelta(days=interval * (count - 1)) + max(SLACK, timedelta(days=interval))

    @api.model
    def _local(self, moment):
        return self.env.company._clinic_local(moment)

    @api.model
    def _places(self, slots, hour_from, hour_to):
        """Return [(local start, slot)] of those of ``slots`` that begin and end between the preferred hours."""
        zone = self.env.company._clinic_timezone()
        places = []
        for slot in slots:
            local = utc.localize(slot["start"]).astimezone(zone)
            length = (slot["stop"] - slot["start"]).total_seconds() / 3600
            if hour_from <= _hour(local) and _hour(local) + length <= hour_to:
                places.append((local, slot))
        return places

    @api.model
    def _pick(self, places, count, interval, least, ideal, hour):
        """Choose ``count`` slots of ``places``, the first near the day ``ideal`` and near ``hour``."""
        chosen, earliest = [], ideal
        while len(chosen) < count:
            possible = [(local, slot) for local, slot in places if local.date() >= earliest]
            if not possible:
                break
            local, slot = min(possible, key=lambda place: _distance(place[0], ideal, hour))
            chosen.append(slot)
            hour = _hour(local) if hour is None else hour
            ideal = local.date() + timedelta(days=interval)
            earliest = local.date() + timedelta(days=max(least, 1))
        return chosen


def _hour(local):
    return local.hour + local.minute / 60


def _distance(local, ideal, hour):
    """Return how far the moment ``local`` is from the day ``ideal`` and the time of day ``hour``."""
    days = abs((local.date() - ideal).days)
    hours = abs(_hour(local) - hour) if hour is not None else 0
    return days + hours / HOURS_PER_DAY, local
