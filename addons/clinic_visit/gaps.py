"""Which of the possible starts leave no time that nobody can sell. Plain Python, without Odoo and without a database.

An appointment cuts the free time of a practitioner, a room or a device in two. A piece that is shorter than the
shortest appointment that is usually sold is lost; a stretch that was too short before loses nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from .slots import Candidate, Interval, Need, bits, positions, possible_among, subtract

_first = itemgetter(0)


class Fit(NamedTuple):
    """One who can do what is needed: at which starts (bits), and when there is free time."""

    mask: int
    free: list[Interval]


def span(need: Need) -> Interval | None:
    """Return (begin, end) of all that ``need`` takes, in seconds from the start; None where it takes nothing.

    >>> span(Need([], [(0, 60)], [(-5, 20), (40, 70)])), span(Need([], [], []))
    ((-5, 70), None)
    """
    parts = [part for part in need.hold if part[1] > part[0]]
    return (min(part[0] for part in parts), max(part[1] for part in parts)) if parts else None


def free_of(candidate: Candidate, least: int, window: Interval | None = None) -> list[Interval]:
    """Return when ``candidate`` is free; what reaches an edge of ``window`` goes on beyond it, as far as is known.

    >>> free_of(Candidate(1, work=[(0, 100)], busy=[(30, 40)]), 20, (0, 100))
    [(-20, 30), (40, 120)]
    """
    free = subtract(candidate.work, candidate.busy)
    if free and window:
        if free[0][0] <= window[0]:
            free[0] = (free[0][0] - least, free[0][1])
        if free[-1][1] >= window[1]:
            free[-1] = (free[-1][0], free[-1][1] + least)
    return free


def gap(start: int, taken: Interval, candidate: Candidate, least: int, window: Interval | None = None) -> int:
    """Return how many seconds before and after an appointment at ``start`` nobody can sell any more.

    :param taken: what the appointment takes, see ``span``
    :param least: how long what is sold takes at least, in seconds
    :param window: between which moments the candidate is known, where that is not for ever

    Free from 0 to 100; 30 are wanted, and nobody sells less than 20:

    >>> hina = Candidate(1, work=[(0, 100)], busy=[])
    >>> [gap(start, (0, 30), hina, 20) for start in (0, 5, 20, 60, 70)]
    [0, 5, 0, 10, 0]
    """
    return _gap(start, taken, free_of(candidate, least, window), least)


def _gap(start: int, taken: Interval, free: Sequence[Interval], least: int) -> int:
    """Return what ``gap`` does, of the stretches ``free``: in order and apart from each other."""
    begin, end = start + taken[0], start + taken[1]
    lost = 0
    before = bisect_right(free, begin, key=_first) - 1
    if before >= 0:
        first, last = free[before]
        if begin < last and last - first >= least and begin - first < least:
            lost += begin - first
    after = bisect_left(free, end, key=_first) - 1
    if after >= 0:
        first, last = free[after]
        if end <= last and last - first >= least and last - end < least:
            lost += last - end
    return lost


def _without_gap(starts: Sequence[int], taken: Interval, free: Sequence[Interval], least: int) -> int:
    """Return the starts, as bits, at which ``_gap`` is 0."""
    begin, end = taken
    lossy = 0
    for first, last in free:
        if last - first >= least:
            lossy |= bits(bisect_right(starts, first - begin), bisect_left(starts, first - begin + least))
            lossy |= bits(bisect_right(starts, last - end - least), bisect_left(starts, last - end))
    return ~lossy


def worth(
    starts: Sequence[int],
    needs: Sequence[Need],
    least: int,
    midnights: Sequence[int],
    window: Interval | None = None,
) -> list[int]:
    """Return those of ``starts`` that are worth offering: of each day those that leave the fewest seconds unsold.

    These are the starts that leave none, wherever a day has one. A day that has a start keeps one.

    :param starts: ascending; at each of them all ``needs`` can be met
    :param least: how long what is sold takes at least, in seconds
    :param midnights: between which the days lie, ascending
    :param window: see ``gap``

    >>> hina = Candidate(7, work=[(0, 100)], busy=[(30, 50)])
    >>> worth([0, 5, 10, 50, 60, 70, 80], [Need([hina], [(0, 20)], [(0, 20)])], 15, [0, 1000])
    [50, 80]
    """
    good = (1 << len(starts)) - 1
    told = []
    for need in needs:
        if taken := span(need):
            fits = [Fit(mask, free_of(one, least, window)) for one, mask in possible_among(starts, need) if mask]
            anybody = 0
            for fit in fits:
                anybody |= fit.mask & _without_gap(starts, taken, fit.free, least)
            good &= anybody
            told.append((taken, fits))
    chosen: list[int] = []
    edges = [0, *(bisect_left(starts, midnight) for midnight in midnights), len(starts)]
    for low, high in pairwise(edges):
        if low < high:
            chosen += _best_of_day(starts, range(low, high), good, told, least)
    return chosen


def _best_of_day(starts, day: range, good: int, told, least: int) -> list[int]:
    """Return those of the starts at the positions ``day`` that leave no gap or, where all do, the smallest."""
    without = (good >> day.start) & ((1 << len(day)) - 1)
    if without:
        return [starts[day.start + position] for position in positions(without)]
    losses = [_loss(starts, position, told, least) for position in day]
    fewest = min(losses)
    return [starts[position] for position, loss in zip(day, losses, strict=True) if loss == fewest]


def _loss(starts, position: int, told, least: int) -> int:
    """Return the seconds that are lost at one of ``starts``, by the one of those who can that loses the fewest.

    The same minutes of a practitioner and of the room are lost once.
    """
    return max(
        (
            min(
                (_gap(starts[position], taken, fit.free, least) for fit in fits if fit.mask >> position & 1),
                default=0,
            )
            for taken, fits in told
        ),
        default=0,
    )


def loss(start: int, needs: Sequence[Need], least: int, window: Interval | None = None) -> int:
    """Return how many seconds an appointment at ``start`` leaves that nobody can sell; see ``worth``.

    >>> hina = Candidate(7, work=[(0, 100)], busy=[(30, 50)])
    >>> [loss(start, [Need([hina], [(0, 20)], [(0, 20)])], 15) for start in (5, 10, 65)]
    [10, 10, 0]
    """
    told = []
    for need in needs:
        if taken := span(need):
            fits = [Fit(mask, free_of(one, least, window)) for one, mask in possible_among((start,), need)]
            told.append((taken, fits))
    return _loss((start,), 0, told, least)


def together(needs: Sequence[Need]) -> list[Need]:
    """Return ``needs`` of several procedures as one need, if the same candidate can meet all of them; else as they are.

    What one does next leaves no gap before it.

    >>> hina, sana = Candidate(7, [(0, 9)], []), Candidate(8, [(0, 9)], [])
    >>> [one.hold for one in together([Need([hina, sana], [], [(0, 2)]), Need([sana], [], [(2, 5)])])]
    [[(0, 2), (2, 5)]]
    """
    keys = set.intersection(*({one.key for one in need.candidates} for need in needs))
    if len(needs) == 1 or not keys:
        return list(needs)
    return [
        Need(
            [one for one in needs[0].candidates if one.key in keys],
            [part for need in needs for part in need.work],
            [part for need in needs for part in need.hold],
        )
    ]
