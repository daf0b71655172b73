"""Working hours on wall clocks as moments, against clocks that are read minute by minute."""

import doctest
from collections import defaultdict
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from pytz import timezone

from odoo.tests import BaseCase, tagged

from .. import hours
from . import oracle
from .oracle import DAY
from .test_slots_kernel import PLACES, repeatable

# Where the clocks change at midnight, days begin at 01:00 or have their last hour twice.
MIDNIGHT_CHANGES = [
    ("America/Havana", date(2026, 3, 7)),
    ("America/Santiago", date(2026, 9, 5)),
    ("Asia/Beirut", date(2026, 3, 28)),
    ("Asia/Beirut", date(2026, 10, 24)),
]
# Quarters of an hour from midnight, and how many of them.
shifts = st.lists(st.integers(0, 3 * 96 * 96 - 1).map(lambda code: (code // 96, code % 96)), max_size=6)


def first_showing(walls, minutes):
    """Return the first moment at which the clock shows so many minutes, or more, since the first midnight."""
    return next((moment for moment, wall in walls.items() if wall >= minutes), max(walls) + oracle.MINUTE)


@tagged("post_install", "-at_install")
class TestHours(BaseCase):
    """A shift lasts from when the clock first shows its beginning until it first shows its end."""

    def test_the_examples_are_right(self):
        results = doctest.testmod(hours)
        self.assertGreater(results.attempted, 0)
        self.assertEqual(results.failed, 0)

    @repeatable(300)
    @given(st.sampled_from([*PLACES, *MIDNIGHT_CHANGES]), shifts)
    def test_same_hours_as_the_clock_shows(self, place, quarters):
        zone, day = place
        walls = oracle.wall_minutes(*place)
        week, expected = defaultdict(list), set()
        for start, count in quarters:
            ordinal, begin = start // 96, start % 96 * 15
            end = min(begin + count * 15, DAY)
            week[self.key(day, ordinal)].append((begin / 60, end / 60))
            between = (first_showing(walls, ordinal * DAY + minutes) for minutes in (begin, end))
            expected |= oracle.units([tuple(between)])
        days = range(day.toordinal(), day.toordinal() + 3)
        self.assertEqual(oracle.units(hours.expand(week, days, timezone(zone))), expected)

    def key(self, day, ordinal):
        """Return the parity of the week, counted from the year 1, and the weekday; so Odoo tells two weeks apart."""
        ordinal += day.toordinal() - 1
        return ordinal // 7 % 2, ordinal % 7

    def test_a_day_shift_on_the_day_that_has_no_midnight_and_on_the_one_after(self):
        cairo = timezone("Africa/Cairo")
        friday = date(2026, 4, 24).toordinal()
        week = {(parity, weekday): [(8, 13)] for parity in (0, 1) for weekday in range(7)}
        found = hours.expand(week, range(friday - 1, friday + 2), cairo)
        utc = [f"{hours.naive(start):%d %H}-{hours.naive(stop):%H}" for start, stop in found]
        self.assertEqual(utc, ["23 06-11", "24 05-10", "25 05-10"])

    def test_who_works_until_eleven_goes_home_when_it_is_eleven_for_the_first_time(self):
        thursday = date(2026, 10, 29).toordinal()
        week = {(parity, 3): [(20, 23)] for parity in (0, 1)}
        [(start, stop)] = hours.expand(week, range(thursday, thursday + 1), timezone("Africa/Cairo"))
        self.assertEqual(stop - start, 3 * 3600)
