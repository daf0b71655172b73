"""The slot kernel by example, and against a slow oracle on thousands of random calendars."""

import doctest
import itertools
import os
import random
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import slots
from ..slots import Candidate, Need
from . import oracle
from .oracle import DAY, MINUTE

HOUR = 60 * MINUTE
# CLINIC_PROPERTY_FACTOR=10 tries ten times as many examples.
FACTOR = int(os.environ.get("CLINIC_PROPERTY_FACTOR", "1"))
# Three days from each of these dates on; the clock changes on the second, or there is no change at all.
CHANGES = {
    "spring": [
        ("Europe/Amsterdam", date(2026, 3, 28)),
        ("America/New_York", date(2026, 3, 7)),
        ("Africa/Cairo", date(2026, 4, 23)),  # at midnight, so that the day begins at 01:00
        ("Australia/Lord_Howe", date(2026, 10, 3)),  # by half an hour
    ],
    "autumn": [
        ("Europe/Amsterdam", date(2026, 10, 24)),
        ("America/New_York", date(2026, 10, 31)),
        ("Africa/Cairo", date(2026, 10, 28)),  # at midnight, so that 23:00 to 24:00 comes twice
        ("Australia/Lord_Howe", date(2026, 4, 4)),
    ],
    "never": [
        ("Asia/Karachi", date(2026, 6, 10)),
        ("Asia/Kolkata", date(2026, 6, 10)),  # UTC+5:30
        ("Asia/Kathmandu", date(2026, 6, 10)),  # UTC+5:45
    ],
}
LENGTHS = {"spring": (-60, -30), "autumn": (60, 30), "never": (0,)}
SHIFTS = [(8, 17), (9, 13), (13, 21), (22, 30), (20, 26), (0, 6), (22, 24), (0, 24), (1, 3), (2, 4)]
PLACES = [place for places in CHANGES.values() for place in places]


def repeatable(max_examples):
    """The settings of a property: the same examples in each run, and no clock to fail by on a busy machine."""
    return settings(
        max_examples=max_examples * FACTOR,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def clock(zone, *words):
    """Return the moment at which the clock in ``zone`` shows this (year, month, day, hour, minute)."""
    return int(datetime(*words, tzinfo=ZoneInfo(zone)).timestamp())


def wall(zone, moments):
    """Return these moments as the clock in ``zone`` shows them."""
    return [f"{datetime.fromtimestamp(moment, ZoneInfo(zone)):%H:%M}" for moment in moments]


# -- random calendars ------------------------------------------------------------------------------------------------


def scattered(intervals, seed):
    """Return the same time in other words: cut, overlapping, out of order, with empty and inverted pairs between."""
    chance = random.Random(seed)
    pieces = []
    for start, stop in intervals:
        middle = chance.randrange(start, stop + 1, MINUTE)
        overlap = chance.choice([0, 0, 10 * MINUTE])
        pieces += [(start, min(stop, middle + overlap)), (middle, stop)]
        pieces += [(middle, middle), (stop, start)][: chance.randrange(3)]
    chance.shuffle(pieces)
    return pieces


# Drawn by a single number each: what hypothesis draws costs more than all the rest. Shifts are as people write them,
# on the wall clock, in minutes from the first midnight; those beyond 24 o'clock cross midnight.
HOUR_SHIFTS = [((24 * day + first) * 60, (24 * day + last) * 60) for day in range(3) for first, last in SHIFTS]
hour_shifts = st.sampled_from(HOUR_SHIFTS)
odd_shifts = st.integers(0, 3 * DAY * 600).map(lambda code: (code // 600, code // 600 + code % 600))
busy_minutes = st.integers(0, 3 * DAY * 270).map(lambda code: (code // 270, code // 270 + code % 270 - 30))


def treatment(before, first, pause, second, after, split):
    """Return (work, hold) of a treatment: the practitioner is free in the pause where it is ``split``."""
    last = first + pause + second
    work = [(first + pause, last), (0, first)] if split and second else [(0, last)]
    hold = [(start - before, stop + after) for start, stop in work]
    return [[(start * MINUTE, stop * MINUTE) for start, stop in parts] for parts in (work, hold)]


TREATMENTS = [
    treatment(*minutes)
    for minutes in itertools.product([0, 5, 15], [10, 30, 45], [0, 20, 60], [0, 15], [0, 10], [False, True])
]
treatments = st.sampled_from(TREATMENTS)
shift_lists = st.lists(hour_shifts | odd_shifts, max_size=4)
busy_lists = st.lists(busy_minutes, max_size=4)
seeds = st.integers(0, 99)
# How many candidates each need has.
numbers = st.lists(st.integers(1, 3), min_size=1, max_size=3)
numbers_or_none = st.lists(st.sampled_from([0, 1, 1, 2, 3]), max_size=3)
grids = st.integers(0, 60 * 4).map(lambda code: (code // 4 * HOUR, [10, 15, 20, 30][code % 4]))


@st.composite
def calendars(draw, places):
    """Return (starts, needs, known) around a change of the clock."""
    place = draw(places)
    walls = oracle.wall_minutes(*place)
    origin = min(walls)
    known, needs = {}, []
    for number in draw(numbers):
        candidates = []
        for _ in range(number):
            key = 70 - len(known)
            shifts = [oracle.showing(*place, *shift) for shift in draw(shift_lists)]
            busy = [(origin + a * MINUTE, origin + b * MINUTE) for a, b in draw(busy_lists)]
            known[key] = set().union(*shifts), oracle.units(busy)
            work = scattered([run for shift in shifts for run in oracle.runs(shift)], seed=draw(seeds))
            candidates.append(Candidate(key=key, work=work, busy=busy))
        work, hold = draw(treatments)
        needs.append(Need(candidates=candidates, work=work, hold=hold))
    offset, step = draw(grids)
    starts = oracle.grid(walls, origin + offset, origin + offset + 12 * HOUR, step)
    return starts, needs, known


# In either order: an inverted pair is an empty one.
small_pairs = st.lists(st.integers(0, 36 * 37).map(lambda code: (code // 37 - 6, code % 37 - 6)), max_size=5)
small_steps = st.integers(1, 3)
# Parts that ask for something: an empty one has an example of its own.
small_parts = st.lists(st.integers(0, 89).map(lambda code: (code // 6 - 6, code // 6 - 5 + code % 6)), max_size=3)


@st.composite
def tiny_calendars(draw):
    """Return (starts, needs) within half a minute, where every second counts."""
    needs = []
    for place, number in enumerate(draw(numbers_or_none)):
        candidates = [
            Candidate(key=10 * place + one, work=draw(small_pairs), busy=draw(small_pairs)) for one in range(number)
        ]
        needs.append(Need(candidates=candidates, work=draw(small_parts), hold=draw(small_parts)))
    return range(-8, 33, draw(small_steps)), needs


@tagged("post_install", "-at_install")
class TestSlotsProperties(BaseCase):
    """Same slots as the oracle: 1,200 calendars around changes of the clock, 800 tiny ones, 400 grids."""

    def assert_same_slots(self, calendar):
        starts, needs, known = calendar
        self.assertEqual(slots.search(starts, needs), oracle.search(starts, needs, known))

    def test_the_dates_are_those_of_real_changes(self):
        for kind, places in CHANGES.items():
            for place in places:
                with self.subTest(place=place):
                    self.assertIn(len(oracle.wall_minutes(*place)) - 3 * DAY, LENGTHS[kind])

    @repeatable(400)
    @given(calendars(st.sampled_from(CHANGES["spring"])))
    def test_same_slots_when_clocks_go_forward(self, calendar):
        self.assert_same_slots(calendar)

    @repeatable(400)
    @given(calendars(st.sampled_from(CHANGES["autumn"])))
    def test_same_slots_when_clocks_go_back(self, calendar):
        self.assert_same_slots(calendar)

    @repeatable(400)
    @given(calendars(st.sampled_from(CHANGES["never"])))
    def test_same_slots_where_clocks_never_change(self, calendar):
        self.assert_same_slots(calendar)

    @repeatable(800)
    @given(tiny_calendars(), st.none() | st.integers(0, 4))
    def test_same_slots_to_the_second(self, calendar, limit):
        starts, needs = calendar
        known = {
            candidate.key: (oracle.units(candidate.work, 1), oracle.units(candidate.busy, 1))
            for need in needs
            for candidate in need.candidates
        }
        self.assertEqual(slots.search(starts, needs, limit), oracle.search(starts, needs, known, 1)[:limit])

    @repeatable(400)
    @given(
        st.sampled_from(PLACES),
        st.integers(0, 3 * DAY * MINUTE),
        st.integers(-HOUR, 20 * HOUR),
        st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90, 120, DAY]) | st.integers(1, DAY),
    )
    def test_same_grid(self, place, offset, length, step):
        walls = oracle.wall_minutes(*place)
        first = min(walls) + offset
        last = min(first + length, max(walls) + MINUTE)
        self.assertEqual(slots.grid(first, last, step, pytz.timezone(place[0])), oracle.grid(walls, first, last, step))


@tagged("post_install", "-at_install")
class TestSlotsByExample(BaseCase):
    """One rule a test, in hours of some day."""

    def search(self, needs, first=8, last=18, **kwargs):
        """Return {hour: keys} of the slots that begin on the half hour."""
        starts = range(first * HOUR, last * HOUR, HOUR // 2)
        return {start / HOUR: keys for start, keys in slots.search(starts, needs, **kwargs)}

    def need(self, *candidates, work=((0, 1),), hold=None):
        """Return what is needed for an hour, or for these (from, to) hours after the start."""
        work, hold = (
            [(int(start * HOUR), int(stop * HOUR)) for start, stop in parts]
            for parts in (work, work if hold is None else hold)
        )
        return Need(candidates=candidates, work=work, hold=hold)

    def candidate(self, key, work, busy=()):
        work, busy = ([(int(start * HOUR), int(stop * HOUR)) for start, stop in pairs] for pairs in (work, busy))
        return Candidate(key=key, work=work, busy=busy)

    def test_the_examples_in_the_kernel_are_right(self):
        results = doctest.testmod(slots)
        self.assertGreater(results.attempted, 0)
        self.assertEqual(results.failed, 0)

    def test_the_hour_must_fit_into_the_work_and_between_the_bookings(self):
        found = self.search([self.need(self.candidate(1, [(9, 12)], [(10, 10.5)]))])
        self.assertEqual(found, {9: (1,), 10.5: (1,), 11: (1,)})

    def test_shifts_that_touch_or_overlap_are_one(self):
        for work in ([(9, 10), (10, 11)], [(10, 11), (9, 10)], [(9, 10.5), (9.5, 11)], [(9, 11), (9.5, 10)]):
            with self.subTest(work=work):
                self.assertEqual(list(self.search([self.need(self.candidate(1, work))])), [9, 9.5, 10])

    def test_two_halves_of_two_people_are_not_one_person(self):
        one, two = self.candidate(1, [(9, 10)]), self.candidate(2, [(10, 11)])
        self.assertEqual(self.search([self.need(one, two)]), {9: (1,), 10: (2,)})

    def test_everybody_and_everything_is_needed_at_once(self):
        person, room, device = (
            self.candidate(key, work) for key, work in ((1, [(9, 12)]), (2, [(10, 14)]), (3, [(8, 11)]))
        )
        found = self.search([self.need(person), self.need(room), self.need(device)])
        self.assertEqual(found, {10: (1, 2, 3)})

    def test_the_first_who_can_is_preferred(self):
        first, second = self.candidate(9, [(9, 11)], [(9, 10)]), self.candidate(4, [(9, 11)])
        self.assertEqual(self.search([self.need(first, second)]), {9: (4,), 9.5: (4,), 10: (9,)})
        self.assertEqual(self.search([self.need(second, first)]), {9: (4,), 9.5: (4,), 10: (4,)})

    def test_the_practitioner_is_free_while_the_cream_works(self):
        other_patient = self.candidate(1, [(9, 12)], [(9.5, 10.5)])
        parts = [(0, 0.5), (1.5, 2)]
        self.assertEqual(list(self.search([self.need(other_patient, work=parts)])), [9])
        self.assertEqual(list(self.search([self.need(other_patient, work=[(0, 2)])])), [])

    def test_buffers_are_held_though_nobody_is_at_work_then(self):
        before_opening = self.candidate(1, [(9, 11)], [(8, 8.5)])
        self.assertEqual(list(self.search([self.need(before_opening, hold=[(-0.5, 1.5)])])), [9, 9.5, 10])
        self.assertEqual(list(self.search([self.need(before_opening, hold=[(-1, 1.5)])])), [9.5, 10])

    def test_what_ends_as_another_begins_does_not_overlap(self):
        found = self.search([self.need(self.candidate(1, [(8, 18)], [(8, 10), (11, 18)]))])
        self.assertEqual(list(found), [10])

    def test_empty_and_inverted_times_are_no_times(self):
        self.assertEqual(self.search([self.need(self.candidate(1, [(9, 9), (12, 10)]))]), {})
        found = self.search([self.need(self.candidate(1, [(9, 10), (10, 9)], [(9.5, 9.5), (9.75, 9.25)]))])
        self.assertEqual(list(found), [9])

    def test_empty_parts_ask_for_nothing(self):
        off_and_busy = self.candidate(1, [(9, 10)], [(10, 12)])
        need = self.need(off_and_busy, work=[(0, 1), (1.5, 1.5)], hold=[(0, 1), (1.5, 1.5)])
        self.assertEqual(list(self.search([need])), [9])

    def test_nothing_is_found_without_a_candidate(self):
        self.assertEqual(self.search([self.need()]), {})
        self.assertEqual(self.search([self.need(self.candidate(1, [(8, 18)])), self.need()]), {})

    def test_any_start_will_do_when_nothing_is_needed(self):
        self.assertEqual(self.search([], first=9, last=10), {9: (), 9.5: ()})
        self.assertEqual(slots.search([], []), [])

    def test_the_limit_keeps_the_earliest(self):
        needs = [self.need(self.candidate(1, [(9, 12)], [(9, 10)]))]
        self.assertEqual(list(self.search(needs, limit=2)), [10, 10.5])
        self.assertEqual(list(self.search(needs, limit=99)), [10, 10.5, 11])
        self.assertEqual(self.search(needs, limit=0), {})

    def test_what_was_given_is_left_as_it_was(self):
        candidate = self.candidate(1, [(10, 12), (9, 10.5)], [(11, 11), (9, 9.5)])
        before = (list(candidate.work), list(candidate.busy))
        self.search([self.need(candidate)])
        self.assertEqual((candidate.work, candidate.busy), before)

    def test_a_night_shift_on_the_shortest_and_the_longest_night(self):
        zone = "Europe/Amsterdam"
        nights = {
            (2026, 3, 28, 29): ["22:00", "23:00", "00:00", "01:00", "03:00", "04:00", "05:00"],
            (2026, 10, 24, 25): ["22:00", "23:00", "00:00", "01:00", "02:00", "02:00", "03:00", "04:00", "05:00"],
        }
        for (year, month, day, morning), expected in nights.items():
            with self.subTest(month=month):
                evening = clock(zone, year, month, day, 22), clock(zone, year, month, morning, 0)
                early = evening[1], clock(zone, year, month, morning, 6)
                starts = slots.grid(evening[0] - 3 * HOUR, early[1] + 3 * HOUR, 60, pytz.timezone(zone))
                night = Candidate(key=1, work=[early, evening], busy=[])
                found = slots.search(starts, [Need([night], [(0, HOUR)], [(0, HOUR)])])
                self.assertEqual(wall(zone, (start for start, _keys in found)), expected)


@tagged("post_install", "-at_install")
class TestGridByExample(BaseCase):
    def grid(self, zone, first, last, step):
        return wall(zone, slots.grid(clock(zone, *first), clock(zone, *last), step, pytz.timezone(zone)))

    def test_the_grid_is_that_of_the_wall_clock(self):
        expected = ["09:00", "09:15", "09:30", "09:45"]
        for zone in ("Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York"):
            with self.subTest(zone=zone):
                self.assertEqual(self.grid(zone, (2026, 6, 1, 9, 0), (2026, 6, 1, 10, 0), 15), expected)
        self.assertEqual(self.grid("Asia/Kathmandu", (2026, 6, 1, 9, 1), (2026, 6, 1, 11, 1), 60), ["10:00", "11:00"])

    def test_skipped_times_do_not_exist(self):
        amsterdam = self.grid("Europe/Amsterdam", (2026, 3, 29, 1, 0), (2026, 3, 29, 4, 0), 30)
        self.assertEqual(amsterdam, ["01:00", "01:30", "03:00", "03:30"])
        cairo = self.grid("Africa/Cairo", (2026, 4, 23, 23, 0), (2026, 4, 24, 2, 0), 30)
        self.assertEqual(cairo, ["23:00", "23:30", "01:00", "01:30"])
        lord_howe = self.grid("Australia/Lord_Howe", (2026, 10, 4, 1, 0), (2026, 10, 4, 4, 0), 60)
        self.assertEqual(lord_howe, ["01:00", "03:00"])

    def test_repeated_times_count_twice(self):
        new_york = self.grid("America/New_York", (2026, 11, 1, 0, 0), (2026, 11, 1, 3, 0), 30)
        self.assertEqual(new_york, ["00:00", "00:30", "01:00", "01:30", "01:00", "01:30", "02:00", "02:30"])
        lord_howe = self.grid("Australia/Lord_Howe", (2026, 4, 5, 1, 0), (2026, 4, 5, 3, 0), 15)
        self.assertEqual(
            lord_howe,
            [*("01:00", "01:15", "01:30", "01:45"), *("01:30", "01:45"), *("02:00", "02:15", "02:30", "02:45")],
        )

    def test_the_second_of_the_change_belongs_to_the_new_time(self):
        change = clock("Europe/Amsterdam", 2026, 3, 29, 3)
        for before in range(100, 130):
            found = slots.grid(change - before, change + 1, 120, pytz.timezone("Europe/Amsterdam"))
            self.assertEqual(found, [], "03:00 is no multiple of two hours; 02:00 has been skipped")

    def test_only_whole_minutes_within_the_bounds(self):
        zone = pytz.timezone("Asia/Karachi")
        nine = clock("Asia/Karachi", 2026, 6, 1, 9)
        self.assertEqual(slots.grid(nine + 1, nine + 900, 15, zone), [])
        self.assertEqual(slots.grid(nine + 1, nine + 901, 15, zone), [nine + 900])
        self.assertEqual(slots.grid(nine, nine, 15, zone), [])
        self.assertEqual(slots.grid(nine, nine - 900, 15, zone), [])
