"""Which starts are possible: intervals in, slots out. Plain Python, without Odoo and without a database.

All moments are whole seconds since the Unix epoch (UTC) and all intervals half-open pairs ``(start, stop)``, so that a
change of the clocks is nothing special here: only :func:`grid` knows of wall clocks.

The possible starts of each candidate are kept as the bits of one integer, bit k standing for the k-th start. Joining
and intersecting hundreds of resources over months is then a handful of operations on integers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import compress, count, islice
from typing import NamedTuple

DAY = 24 * 60 * 60
_DIGITS = bytes.maketrans(b"01", b"\0\1")
Interval = tuple[int, int]


class Candidate(NamedTuple):
    """One resource: when it is at work and when it is taken. The intervals may overlap and come in any order."""

    key: int
    work: Sequence[Interval]
    busy: Sequence[Interval]


class Need(NamedTuple):
    """One of ``candidates`` is needed, the first of them preferred.

    ``work`` and ``hold`` are parts of the appointment in seconds from its start: in the former the candidate has to be
    at work, in the latter nothing else may take it. A practitioner who is free while a cream works has two parts; a
    buffer before begins below zero.
    """

    candidates: Sequence[Candidate]
    work: Sequence[Interval]
    hold: Sequence[Interval]


def search(starts: Sequence[int], needs: Sequence[Need], limit: int | None = None) -> list[tuple[int, tuple[int, ...]]]:
    """Return each of ``starts`` (ascending) at which all ``needs`` can be met, with the key chosen for each need.

    Somebody is at work from 0 to 100 and taken from 30 to 50; 20 seconds are wanted, with 5 to tidy up:

    >>> hina = Candidate(7, work=[(0, 60), (60, 100)], busy=[(30, 50)])
    >>> search(range(0, 100, 10), [Need([hina], work=[(0, 20)], hold=[(0, 25)])])
    [(0, (7,)), (50, (7,)), (60, (7,)), (70, (7,)), (80, (7,))]

    Of two candidates the first is preferred; every need has to be met:

    >>> sana = Candidate(8, work=[(0, 100)], busy=[])
    >>> room = Candidate(9, work=[(40, 100)], busy=[])
    >>> parts = [(0, 20)]
    >>> search([30, 40, 60], [Need([hina, sana], parts, parts), Need([room], parts, parts)])
    [(40, (8, 9)), (60, (7, 9))]
    """
    possible = (1 << len(starts)) - 1
    found = []
    work_masks: dict = {}
    for need in needs:
        masks = [_mask(starts, need, candidate, work_masks) for candidate in need.candidates]
        found.append(masks)
        anybody = 0
        for mask in masks:
            anybody |= mask
        possible &= anybody
    chosen = positions(possible, limit)
    if not chosen:
        return []
    wanted = possible & ((1 << (chosen[-1] + 1)) - 1)
    columns = [_choose(need, masks, wanted) for need, masks in zip(needs, found, strict=True)]
    rows = zip(map(starts.__getitem__, chosen), *(map(column.__getitem__, chosen) for column in columns), strict=True)
    return [(row[0], row[1:]) for row in rows]


def _choose(need: Need, masks: Sequence[int], wanted: int) -> dict[int, int]:
    """Return {index of a start: key of the first candidate who can} for the bits of ``wanted``."""
    choice = {}
    for candidate, mask in zip(need.candidates, masks, strict=True):
        taken = mask & wanted
        if taken:
            choice.update(dict.fromkeys(positions(taken), candidate.key))
            wanted ^= taken
    return choice


def positions(mask: int, limit: int | None = None) -> list[int]:
    """Return the positions of the bits that are set, the lowest first.

    >>> positions(0b10110), positions(0b10110, 2)
    ([1, 2, 4], [1, 2])
    """
    digits = bin(mask)[:1:-1].encode().translate(_DIGITS)
    return list(islice(compress(count(), digits), limit))


def _mask(starts: Sequence[int], need: Need, candidate: Candidate, work_masks: dict) -> int:
    """Return the starts, as bits, at which ``candidate`` can do what ``need`` asks."""
    mask = (1 << len(starts)) - 1
    for begin, end in need.work:
        if end <= begin:
            continue
        # Many resources share the hours of one calendar: the same list gives the same bits.
        key = id(candidate.work), begin, end
        if key not in work_masks:
            work_masks[key] = _within(starts, merge(candidate.work), begin, end)
        mask &= work_masks[key]
    if not mask:
        return 0
    for begin, end in need.hold:
        if end > begin:
            mask &= ~_touching(starts, candidate.busy, begin, end)
    return mask


def _within(starts: Sequence[int], merged: Iterable[Interval], begin: int, end: int) -> int:
    """Return the starts for which ``start + begin`` to ``start + end`` lies inside one of the ``merged`` intervals."""
    mask = 0
    for first, last in merged:
        mask |= bits(bisect_left(starts, first - begin), bisect_right(starts, last - end))
    return mask


def _touching(starts: Sequence[int], busy: Iterable[Interval], begin: int, end: int) -> int:
    """Return the starts for which ``start + begin`` to ``start + end`` overlaps one of the ``busy`` intervals."""
    mask = 0
    for first, last in busy:
        if last > first:
            mask |= bits(bisect_right(starts, first - end), bisect_left(starts, last - begin))
    return mask


def bits(low: int, high: int) -> int:
    """Return an integer with the bits ``low`` to ``high`` (excluded) set.

    >>> bin(bits(1, 4)), bits(3, 2)
    ('0b1110', 0)
    """
    return ((1 << (high - low)) - 1) << low if high > low else 0


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the union of ``intervals``: in order, apart from each other, without the empty ones.

    A night shift that a calendar cuts at midnight becomes one again.

    >>> merge([(20, 24), (24, 30), (5, 5), (1, 3), (2, 4)])
    [(1, 4), (20, 30)]
    """
    merged: list[Interval] = []
    for start, stop in sorted(intervals):
        if stop <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged


def subtract(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """Return the union of ``intervals`` without ``holes``.

    >>> subtract([(0, 10), (20, 30)], [(5, 22), (24, 25)])
    [(0, 5), (22, 24), (25, 30)]
    """
    left = []
    cuts = merge(holes)
    for start, stop in merge(intervals):
        # The holes are apart from each other and in order, hence so are their ends.
        for first, last in cuts[bisect_right(cuts, start, key=lambda cut: cut[1]) :]:
            if first >= stop:
                break
            if first > start:
                left.append((start, first))
            start = last
        if start < stop:
            left.append((start, stop))
    return left


def grid(first: int, last: int, step_minutes: int, zone: tzinfo) -> list[int]:
    """Return the moments from ``first`` to ``last`` (excluded) at which appointments may begin.

    These are the moments at which the wall clock of ``zone`` shows a multiple of ``step_minutes`` since midnight: in
    Kathmandu (UTC+5:45) 10:00 is 04:15 UTC. The hour that a clock shows twice counts twice, the one that it skips
    does not exist.

    >>> from pytz import timezone
    >>> [t // 60 for t in grid(0, 2 * 3600, 30, timezone("Asia/Kathmandu"))]
    [0, 30, 60, 90]
    >>> [t // 60 for t in grid(1784678400, 1784678400 + 3600, 30, timezone("Asia/Kathmandu"))]
    [29744655, 29744685]
    """
    step = step_minutes * 60
    points = []
    for start, stop, offset in _stretches(first, last, zone):
        midnight = (start + offset) // DAY * DAY - offset
        while midnight < stop:
            skipped = max(0, -((midnight - start) // step)) * step
            points.extend(range(midnight + skipped, min(stop, midnight + DAY), step))
            midnight += DAY
    return points


def _stretches(first: int, last: int, zone: tzinfo) -> Iterator[tuple[int, int, int]]:
    """Cut ``first`` to ``last`` into (start, stop, offset from UTC in seconds) within which the offset is constant."""
    start, offset = first, offset_at(first, zone)
    while start < last:
        # From midnight to midnight (UTC): moments that are asked for again and again, hence remembered.
        stop = min(last, start // DAY * DAY + DAY)
        while stop < last and offset_at(stop, zone) == offset:
            stop = min(last, stop + DAY)
        if offset_at(stop, zone) != offset:
            stop = _change(max(start, stop - DAY), stop, offset, zone)
        yield start, stop, offset
        start, offset = stop, offset_at(stop, zone)


def _change(low: int, high: int, offset: int, zone: tzinfo) -> int:
    """Return the first moment after ``low`` (where ``offset`` holds) to ``high`` at which it no longer does."""
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle, zone) == offset:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=1 << 14)
def offset_at(moment: int, zone: tzinfo) -> int:
    """Return by how many seconds the clocks of ``zone`` are ahead of UTC at ``moment``."""
    return int(datetime.fromtimestamp(moment, zone).utcoffset().total_seconds())


def possible_at(start: int, need: Need) -> list[Candidate]:
    """Return those of the need's candidates who can begin at ``start``, in order of preference."""
    return [candidate for candidate, mask in possible_among((start,), need) if mask]


def possible_among(starts: Sequence[int], need: Need) -> list[tuple[Candidate, int]]:
    """Return (candidate, those of ``starts`` at which this one can begin, as bits) for all of the need's candidates."""
    masks: dict = {}
    return [(candidate, _mask(starts, need, candidate, masks)) for candidate in need.candidates]


def gap_around(start: int, need: Need, candidate: Candidate) -> int:
    """Return the seconds that ``candidate`` has free around an appointment at ``start``: the less, the tighter the fit.

    >>> room = Candidate(1, work=[(0, 100)], busy=[(10, 20), (70, 80)])
    >>> gap_around(40, Need([room], [(0, 20)], [(0, 25)]), room)
    50
    """
    begin = start + min((part[0] for part in need.hold), default=0)
    end = start + max((part[1] for part in need.hold), default=0)
    opened = [first for first, last in merge(candidate.work) if first <= start < last]
    closed = [last for first, last in merge(candidate.work) if first <= start < last]
    before = [last for _first, last in candidate.busy if last <= begin]
    after = [first for first, _last in candidate.busy if first >= end]
    return min([*closed, *after], default=end) - max([*opened, *before], default=begin)
