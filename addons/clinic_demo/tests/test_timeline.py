from datetime import datetime, timedelta

from odoo.tests import BaseCase

from ..demo.timeline import Timeline

NOON = datetime(2026, 3, 2, 12)


class RecordingClock:
    """Takes the place of the clock and remembers where it was moved."""

    def __init__(self):
        self.moments = []

    def move_to(self, moment):
        self.moments.append(moment)


class TestTimeline(BaseCase):
    """Lives interleave in the order of time."""

    def setUp(self):
        super().setUp()
        self.clock = RecordingClock()
        self.timeline = Timeline(self.clock)
        self.seen = []

    def _life(self, name, *hours):
        for hour in hours:
            yield NOON + timedelta(hours=hour)
            self.seen.append((name, hour))

    def test_interleaves_by_time(self):
        self.timeline.add(self._life("a", 1, 4))
        self.timeline.add(self._life("b", 2, 3))
        self.timeline.run(NOON + timedelta(hours=9))
        self.assertEqual(self.seen, [("a", 1), ("b", 2), ("b", 3), ("a", 4)])
        self.assertEqual(self.clock.moments, sorted(self.clock.moments))

    def test_first_come_first_served(self):
        self.timeline.add(self._life("a", 1))
        self.timeline.add(self._life("b", 1))
        self.timeline.run(NOON + timedelta(hours=1))
        self.assertEqual(self.seen, [("a", 1), ("b", 1)])

    def test_the_future_has_not_happened(self):
        self.timeline.add(self._life("a", 1, 2))
        self.timeline.run(NOON + timedelta(hours=1))
        self.assertEqual(self.seen, [("a", 1)])

    def test_time_never_goes_back(self):
        self.timeline = Timeline(self.clock, NOON + timedelta(hours=2))
        self.timeline.add(self._life("late", 1, 3))
        self.timeline.run(NOON + timedelta(hours=9))
        self.assertEqual(self.seen, [("late", 1), ("late", 3)])
        self.assertEqual(self.clock.moments, [NOON + timedelta(hours=hour) for hour in (2, 3)])

    def test_life_without_a_moment(self):
        self.timeline.add(self._life("a"))
        self.timeline.run(NOON)
        self.assertFalse(self.clock.moments)
