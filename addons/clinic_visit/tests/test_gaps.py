"""Which starts are worth offering: by example, and against minutes that are counted one by one."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import gaps, slots
from ..slots import Candidate, Need
from . import oracle
from .oracle import MINUTE
from .test_slots_kernel import CHANGES, PLACES, calendars, repeatable

HOUR = 60 * MINUTE
leasts = st.sampled_from([0, 10, 15, 30, 45, 60, 90]).map(lambda minutes: minutes * MINUTE)


def lost(start, need, at_work, busy, least):
    """Return the seconds of free time that are lost around an appointment, minute by minute."""
    free = at_work - busy
    parts = [part for part in need.hold if part[1] > part[0]]
    begin, end = start + min(part[0] for part in parts), start + max(part[1] for part in parts)

    def stretch(moment, step):
        """Count the free minutes from ``moment`` on in one direction."""
        count = 0
        while moment in free:
            count, moment = count + 1, moment + step
        return count

    total = 0
    for edge, outside in ((begin, stretch(begin - MINUTE, -MINUTE)), (end, stretch(end, MINUTE))):
        # The whole stretch at this edge, with what the appointment takes of it.
        inside = stretch(edge, MINUTE) if edge == begin else stretch(edge - MINUTE, -MINUTE)
        if inside and 0 < outside * MINUTE < least <= (inside + outside) * MINUTE:
            total += outside * MINUTE
    return total


def losses(starts, needs, known, least):
    """Return {start: what is lost there} by the slow way."""
    found = {}
    for start in starts:
        found[start] = 0
        for need in needs:
            if gaps.span(need):
                able = [one for one in need.candidates if oracle.is_possible(start, need, *known[one.key])]
                found[start] = max(found[start], min(lost(start, need, *known[one.key], least) for one in able))
    return found


@tagged("post_install", "-at_install")
class TestGapsProperties(BaseCase):
    def check(self, calendar, least, cut):
        starts, needs, known = calendar
        free = [start for start, _keys in slots.search(starts, needs)]
        midnights = [starts[0] - HOUR, starts[0] + cut] if starts else []
        offered = gaps.worth(free, needs, least, midnights)
        self.assertLessEqual(set(offered), set(free), "what is not free is never offered")
        self.assertEqual(offered, sorted(set(offered)))
        found = losses(free, needs, known, least)
        for start in free:
            self.assertEqual(gaps.loss(start, needs, least), found[start])
        days = [[start for start in free if (start < midnights[1]) is first] for first in (True, False)] if free else []
        for day in filter(None, days):
            fewest = min(found[start] for start in day)
            best = [start for start in day if found[start] == fewest]
            self.assertEqual([start for start in day if start in set(offered)], best)

    @repeatable(300)
    @given(calendars(st.sampled_from(CHANGES["never"])), leasts, st.integers(0, 12).map(lambda hours: hours * HOUR))
    def test_each_day_offers_what_loses_least(self, calendar, least, cut):
        self.check(calendar, least, cut)

    @repeatable(150)
    @given(calendars(st.sampled_from(PLACES)), leasts, st.integers(0, 12).map(lambda hours: hours * HOUR))
    def test_no_matter_what_the_clocks_do(self, calendar, least, cut):
        self.check(calendar, least, cut)


@tagged("post_install", "-at_install")
class TestGapsByExample(BaseCase):
    def offered(self, *needs, first=8, last=12, least=0.5, midnights=()):
        """Return the hours that are worth offering, of those on the quarter."""
        starts = [start for start, _keys in slots.search(range(first * HOUR, last * HOUR, HOUR // 4), needs)]
        return [start / HOUR for start in gaps.worth(starts, needs, int(least * HOUR), midnights)]

    def need(self, *candidates, parts=((0, 0.5),)):
        parts = [(int(begin * HOUR), int(end * HOUR)) for begin, end in parts]
        return Need(candidates, parts, parts)

    def candidate(self, key, work, busy=()):
        work, busy = ([(int(start * HOUR), int(stop * HOUR)) for start, stop in pairs] for pairs in (work, busy))
        return Candidate(key, work, busy)

    def test_the_examples_are_right(self):
        results = doctest.testmod(gaps)
        self.assertGreater(results.attempted, 0)
        self.assertEqual(results.failed, 0)

    def test_a_quarter_before_or_after_is_lost(self):
        hina = self.candidate(1, [(8, 10)])
        self.assertEqual(self.offered(self.need(hina)), [8, 8.5, 8.75, 9, 9.5])
        self.assertEqual(self.offered(self.need(hina), least=0), [8, 8.25, 8.5, 8.75, 9, 9.25, 9.5])

    def test_what_was_too_short_before_loses_nothing(self):
        need = self.need(self.candidate(1, [(8, 8.75)]))
        self.assertEqual(self.offered(need, least=1), [8, 8.25])
        lost = [gaps.loss(8 * HOUR, [need], int(least * HOUR)) for least in (1, 0.75, 0.5, 0.25)]
        self.assertEqual(lost, [0, HOUR // 4, HOUR // 4, 0], "what was just long enough loses all of it")

    def test_where_every_start_leaves_a_gap_the_smallest_are_offered(self):
        hina = self.candidate(1, [(8.1, 9.6)])
        self.assertEqual(self.offered(self.need(hina)), [9])
        self.assertEqual(self.offered(self.need(hina), least=0.3), [8.5, 8.75])

    def test_it_counts_who_leaves_the_fewest(self):
        hina, sana = self.candidate(1, [(8, 9)]), self.candidate(2, [(8.25, 9.25)])
        self.assertEqual(self.offered(self.need(hina, sana)), [8, 8.25, 8.5, 8.75])

    def test_rooms_and_devices_count_as_people_do(self):
        hina, laser = self.candidate(1, [(8, 10)]), self.candidate(2, [(8.25, 9.25)])
        self.assertEqual(self.offered(self.need(hina), self.need(laser)), [8.75])

    def test_each_day_keeps_a_start(self):
        hina = self.candidate(1, [(8, 9), (10, 10.75)])
        need = self.need(hina)
        self.assertEqual(self.offered(need, midnights=[9.5 * HOUR]), [8, 8.5, 10, 10.25])
        self.assertEqual(self.offered(need), [8, 8.5])

    def test_what_one_does_next_leaves_no_gap(self):
        hina = self.candidate(1, [(8, 9.5)])
        needs = [self.need(hina, parts=[(0, 0.25)]), self.need(hina, parts=[(0.25, 0.5)])]
        self.assertEqual(self.offered(*needs), [8.5], "one by one, a quarter is lost")
        self.assertEqual(self.offered(*gaps.together(needs)), [8, 8.5, 9])

    def test_those_who_cannot_do_all_of_it_stay_apart(self):
        hina, sana = self.candidate(1, [(8, 9)]), self.candidate(2, [(8, 9)])
        needs = [self.need(hina), self.need(sana)]
        self.assertEqual(gaps.together(needs), needs)

    def test_nothing_is_lost_around_what_nobody_takes(self):
        self.assertEqual(gaps.worth([0, 900], [Need([Candidate(0, [(0, 9)], [])], [], [])], HOUR, []), [0, 900])
