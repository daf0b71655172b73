"""Working hours on wall clocks as moments in UTC. Plain Python, without Odoo."""

from calendar import timegm
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from pytz.tzinfo import BaseTzInfo

from .slots import DAY, Interval, offset_at

EPOCH = date(1970, 1, 1).toordinal()
Hours = Sequence[tuple[float, float]]


def seconds(moment: datetime) -> int:
    """Return the naive UTC datetime ``moment`` in whole seconds since the epoch; a fraction counts as a second.

    Odoo writes the end of a day as 23:59:59.999999.

    >>> seconds(datetime(1970, 1, 1, 23, 59, 59, 999999))
    86400
    """
    return timegm(moment.timetuple()) + bool(moment.microsecond)


def naive(moment: int) -> datetime:
    """Return the naive UTC datetime of ``moment`` in seconds since the epoch."""
    return datetime(1970, 1, 1) + timedelta(0, moment)


def days_between(first: int, last: int, zone: BaseTzInfo) -> range:
    """Return the ordinals of the days in ``zone`` that the moments ``first`` to ``last`` touch."""
    return range(_local_day(first, zone), _local_day(last, zone) + 1)


def _local_day(moment: int, zone: BaseTzInfo) -> int:
    return datetime.fromtimestamp(moment, zone).toordinal()


def wall(ordinal: int, hour: float, zone: BaseTzInfo) -> int:
    """Return the moment at which the clocks of ``zone`` show ``hour`` on the day ``ordinal``; 24 is the next midnight.

    Of an hour that is shown twice it is the second, as in Odoo's own calendars.

    >>> from pytz import timezone
    >>> naive(wall(date(2026, 10, 25).toordinal(), 2.5, timezone("Europe/Amsterdam"))).hour
    1
    """
    moment = datetime.fromordinal(ordinal) + timedelta(seconds=round(hour * 3600))
    return timegm(zone.localize(moment).utctimetuple())


def expand(week: Mapping[tuple[int, int], Hours], days: range, zone: BaseTzInfo) -> list[Interval]:
    """Return the working intervals on ``days`` of somebody who works the hours of ``week`` by the clocks of ``zone``.

    :param week: {(parity of the week, weekday from 0 for Monday): [(hour from, hour to), …]}

    >>> from pytz import timezone
    >>> day = date(1970, 1, 5)
    >>> [(a // 3600 - 96, b // 3600 - 96) for a, b in
    ...  expand({(0, 0): [(22, 24)], (0, 1): [(0, 6)]}, range(day.toordinal(), day.toordinal() + 2), timezone("UTC"))]
    [(22, 24), (24, 30)]
    """
    intervals: list[Interval] = []
    if not days:
        return intervals
    midnight = wall(days[0], 0, zone)
    for ordinal in days:
        # Finding the moment of a wall clock is slow; most days have 24 hours, and then it is plain addition.
        following = midnight + DAY
        if offset_at(following, zone) != offset_at(midnight, zone):
            following = wall(ordinal + 1, 0, zone)
        for hour_from, hour_to in week.get(((ordinal - 1) // 7 % 2, (ordinal - 1) % 7), ()):
            if following - midnight == DAY:
                intervals.append((midnight + round(hour_from * 3600), midnight + round(hour_to * 3600)))
            else:
                intervals.append((wall(ordinal, hour_from, zone), wall(ordinal, hour_to, zone)))
        midnight = following
    return intervals
