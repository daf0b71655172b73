"""Working hours on wall clocks as moments in UTC. Plain Python, without Odoo."""

from calendar import timegm
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from pytz.tzinfo import BaseTzInfo

from .slots import DAY, Interval, offset_at

EPOCH = date(1970, 1, 1).toordinal()
MIDNIGHT = datetime(1970, 1, 1)
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
    return MIDNIGHT + timedelta(0, moment)


def days_between(first: int, last: int, zone: BaseTzInfo) -> range:
    """Return the ordinals of the days in ``zone`` that the moments ``first`` to ``last`` touch."""
    return range(_local_day(first, zone), _local_day(last, zone) + 1)


def _local_day(moment: int, zone: BaseTzInfo) -> int:
    return datetime.fromtimestamp(moment, zone).toordinal()


@lru_cache(maxsize=1 << 12)
def wall(ordinal: int, hour: float, zone: BaseTzInfo) -> int:
    """Return the first moment at which the clocks of ``zone`` show ``hour``, or more, on the day ``ordinal``.

    24 is the next midnight. Of an hour that is shown twice it is the first; for one that is skipped it is the moment
    of the change.

    >>> from pytz import timezone
    >>> amsterdam = timezone("Europe/Amsterdam")
    >>> changes = date(2026, 10, 25), date(2026, 3, 29)
    >>> [naive(wall(day.toordinal(), 2.5, amsterdam)).strftime("%H:%M") for day in changes]
    ['00:30', '01:00']
    """
    shown = (ordinal - EPOCH) * DAY + round(hour * 3600)
    offsets = {offset_at(shown - DAY, zone), offset_at(shown + DAY, zone)}
    moments = [shown - offset for offset in offsets if offset_at(shown - offset, zone) == offset]
    if moments:
        return min(moments)
    low, high = shown - max(offsets), shown - min(offsets)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle + offset_at(middle, zone) >= shown else (middle, high)
    return high


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
    offsets: dict[int, int | None] = {}
    for ordinal in days:
        start = (ordinal - EPOCH) * DAY
        for hour_from, hour_to in week.get(((ordinal - 1) // 7 % 2, (ordinal - 1) % 7), ()):
            # On a day without a change of the clocks, which is nearly every day, it is plain addition.
            if start not in offsets:
                offsets[start] = _offset_of_day(start, zone)
            offset = offsets[start]
            if offset is None:
                intervals.append((wall(ordinal, hour_from, zone), wall(ordinal, hour_to, zone)))
            else:
                intervals.append((start + round(hour_from * 3600) - offset, start + round(hour_to * 3600) - offset))
    return intervals


@lru_cache(maxsize=1 << 12)
def _offset_of_day(start: int, zone: BaseTzInfo) -> int | None:
    """Return the offset from UTC of the day that begins when the clocks show ``start``; None if it changes near it."""
    before, after = offset_at(start - DAY, zone), offset_at(start + 2 * DAY, zone)
    return before if before == after else None
