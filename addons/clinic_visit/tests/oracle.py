"""Slow and obvious: time as sets of minutes, wall clocks read minute by minute from zoneinfo, no interval algebra.

What the slot engine computes cleverly is compared with this, so nothing here may be shared with it.
"""

from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = 60
DAY = 24 * 60


def units(intervals, unit=MINUTE):
    """Return every moment, ``unit`` seconds apart, of these (start, stop) pairs."""
    return {moment for start, stop in intervals for moment in range(start, stop, unit)}


def runs(moments):
    """Return the (start, stop) pairs that hold exactly these minutes."""
    intervals = []
    for moment in sorted(moments):
        if intervals and intervals[-1][1] == moment:
            intervals[-1] = (intervals[-1][0], moment + MINUTE)
        else:
            intervals.append((moment, moment + MINUTE))
    return intervals


@cache
def wall_minutes(zone, day, days=3):
    """Return {moment: minutes on the wall clock since midnight of ``day``} for each minute of so many days.

    A minute that the clock shows twice is there twice, under two moments; one that it skips is not there.
    """
    zone = ZoneInfo(zone)
    midnight = datetime.combine(day, time())
    first, last = (int((midnight + timedelta(n)).replace(tzinfo=zone).timestamp()) for n in (0, days))
    return {
        moment: (datetime.fromtimestamp(moment, zone).replace(tzinfo=None) - midnight) // timedelta(minutes=1)
        for moment in range(first, last, MINUTE)
    }


@cache
def showing(zone, day, start, stop):
    """Return the moments at which the wall clock shows ``start`` or later, but not yet ``stop`` (minutes)."""
    return {moment for moment, wall in wall_minutes(zone, day).items() if start <= wall < stop}


def grid(walls, first, last, step):
    """Return the moments from ``first`` until before ``last`` at which the clock shows a multiple of ``step``."""
    return [moment for moment, wall in walls.items() if first <= moment < last and wall % DAY % step == 0]


def is_possible(start, need, at_work, busy, unit=MINUTE):
    """Return whether somebody at work and busy at these moments can do what ``need`` asks from ``start`` on."""
    worked = units(((start + first, start + last) for first, last in need.work), unit)
    held = units(((start + first, start + last) for first, last in need.hold), unit)
    return worked <= at_work and not held & busy


def search(starts, needs, known, unit=MINUTE):
    """Return (start, keys) as the kernel does; ``known`` is {key: (moments at work, moments busy)}."""
    found = []
    for start in sorted(set(starts)):
        able = [[c.key for c in need.candidates if is_possible(start, need, *known[c.key], unit)] for need in needs]
        if all(able):
            found.append((start, tuple(keys[0] for keys in able)))
    return found
