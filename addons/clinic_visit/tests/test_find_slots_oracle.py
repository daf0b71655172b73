"""The slot engine in weeks in which the clocks change, against wall clocks read minute by minute."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from . import oracle
from .oracle import DAY, MINUTE

STEP = 15
DAYS = 7
EVERY_DAY = range(7)
HOURS = {
    "night": [(day, *hours) for day in EVERY_DAY for hours in ((0, 6), (22, 24))],
    "day": [(day, *hours) for day in EVERY_DAY for hours in ((8, 13), (14, 18))],
    "long": [(day, 6, 23) for day in EVERY_DAY if day != 2],
    "always": [(day, 0, 24) for day in EVERY_DAY],
}


class Diary:
    """Who is at work and who is taken, as sets of minutes; told in words of the wall clock."""

    def __init__(self, zone, day):
        self.zone, self.day = ZoneInfo(zone), day - timedelta(days=1)
        # A day more on both sides: shifts, buffers and bookings reach over the edges.
        self.walls = oracle.wall_minutes(zone, self.day, DAYS + 2)
        self.working, self.taken = {}, {}

    def add(self, record, hours):
        """Let this practitioner, room or device work (weekday, from, to) by the clock on the wall."""
        self.taken[record] = set()
        self.working[record] = {
            moment
            for moment, wall in self.walls.items()
            for weekday, begin, end in hours
            if (self.day + timedelta(wall // DAY)).weekday() == weekday and begin * 60 <= wall % DAY < end * 60
        }

    def moment(self, day, hour, minute=0):
        """Return when the clock shows this on that day of the week, counted from 0, as naive UTC."""
        wall = datetime.combine(self.day + timedelta(day + 1), datetime.min.time(), self.zone)
        return wall.replace(hour=hour, minute=minute).astimezone(UTC).replace(tzinfo=None)

    def take(self, record, start, stop):
        self.taken[record] |= oracle.units([(seconds(start), seconds(stop))])

    def rest(self, records, start, stop):
        for record in records:
            self.working[record] -= oracle.units([(seconds(start), seconds(stop))])

    def is_free(self, record, treatment, start):
        """Return whether practitioner, room or device can do its part of ``treatment`` at ``start`` (seconds)."""
        pause = range(0)
        if record._name == "clinic.practitioner":
            pause = range(treatment.processing_start, treatment.processing_start + treatment.processing_duration)
        worked = set(range(treatment.treatment_duration)) - set(pause)
        held = set(range(-treatment.buffer_before, treatment.treatment_duration + treatment.buffer_after)) - set(pause)
        return {start + minute * MINUTE for minute in worked} <= self.working[record] and not (
            {start + minute * MINUTE for minute in held} & self.taken[record]
        )

    def note(self, procedure):
        """Remember that a procedure has been booked: nobody in it is free, buffers included."""
        treatment, start = procedure.treatment_id, seconds(procedure.start)
        for record in (procedure.practitioner_id, procedure.room_id, procedure.device_id):
            if record:
                pause = range(0)
                if record == procedure.practitioner_id:
                    first = treatment.processing_start
                    pause = range(first, first + treatment.processing_duration)
                occupied = range(-treatment.buffer_before, treatment.treatment_duration + treatment.buffer_after)
                self.taken[record] |= {start + minute * MINUTE for minute in occupied if minute not in pause}


def seconds(moment):
    return int(moment.replace(tzinfo=UTC).timestamp())


def naive(moment):
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestFindSlotsOracle(TransactionCase):
    """Offered is what the oracle finds, and what is offered can be booked, and nothing else."""

    def setup_week(self, zone, day):
        """Make a clinic in ``zone`` for the week from ``day`` on, three weeks before."""
        self.startPatcher(freeze_time(datetime.combine(day, datetime.min.time()) - timedelta(days=21)))
        self.branch = self.env["res.company"].create({"name": zone, "country_id": self.env.ref("base.nl").id})
        self.env.user.write({"company_ids": [Command.link(self.branch.id)], "company_id": self.branch.id})
        self.env = self.env(context={**self.env.context, "allowed_company_ids": self.branch.ids})
        self.zone, self.diary = zone, Diary(zone, day)
        self.first, self.last = self.diary.moment(0, 0), self.diary.moment(DAYS, 0)
        self.calendars = {name: self.create_calendar(name, hours) for name, hours in HOURS.items()}
        self.branch.resource_calendar_id = self.calendars["always"]
        self.branch.clinic_slot_step = STEP
        self.patient = self.env["clinic.patient"].create({"name": "Patient"})
        self.setup_places()
        self.setup_people()
        self.setup_treatments()
        self.setup_absences()
        self.setup_appointments()

    def create_calendar(self, name, hours):
        attendances = [
            Command.create({"name": name, "dayofweek": str(day), "hour_from": begin, "hour_to": end})
            for day, begin, end in hours
        ]
        return self.env["resource.calendar"].create(
            {
                "name": name,
                "tz": self.zone,
                "company_id": self.branch.id,
                "attendance_ids": [Command.clear(), *attendances],
            }
        )

    def create_place(self, model, kind, hours):
        calendar = self.calendars[hours]
        place = self.env[model].create(
            {
                "name": hours,
                "kind_id": kind.id,
                "company_id": self.branch.id,
                "resource_calendar_id": calendar.id,
                "tz": self.zone,
            }
        )
        self.diary.add(place, HOURS[hours])
        return place

    def setup_places(self):
        self.room_kind = self.env["clinic.room.kind"].create({"name": "Oracle's room"})
        self.device_kind = self.env["clinic.device.kind"].create({"name": "Oracle's laser"})
        self.rooms = [self.create_place("clinic.room", self.room_kind, hours) for hours in ("always", "long")]
        self.devices = [self.create_place("clinic.device", self.device_kind, hours) for hours in ("always",)]

    def setup_people(self):
        self.people = []
        for hours in ("night", "day", "long"):
            # Nobody logs in: without a password, there is none to be hashed.
            user = self.env["res.users"].create(
                {
                    "name": hours,
                    "login": f"oracle_{hours}",
                    "company_id": self.branch.id,
                    "company_ids": [Command.set(self.branch.ids)],
                    "tz": self.zone,
                }
            )
            employee = self.env["hr.employee"].create(
                {
                    "name": hours,
                    "company_id": self.branch.id,
                    "user_id": user.id,
                    "resource_calendar_id": self.calendars[hours].id,
                    "tz": self.zone,
                }
            )
            self.people.append(self.env["clinic.practitioner"].create({"employee_id": employee.id}))
            self.diary.add(self.people[-1], HOURS[hours])

    def setup_treatments(self):
        category = self.env["product.category"].create({"name": "Oracle's"})
        common = {"is_treatment": True, "type": "service", "categ_id": category.id, "room_kind_id": self.room_kind.id}
        self.treatments = self.env["product.template"].create(
            [
                {"name": "Short", "treatment_duration": 30, **common},
                {
                    "name": "With device and buffers",
                    "treatment_duration": 45,
                    "buffer_before": 5,
                    "buffer_after": 10,
                    "device_kind_id": self.device_kind.id,
                    **common,
                },
                {
                    "name": "With a pause",
                    "treatment_duration": 75,
                    "buffer_after": 15,
                    "processing_start": 20,
                    "processing_duration": 35,
                    **common,
                },
            ]
        )
        self.env["clinic.authorization"].create(
            [
                {"practitioner_id": person.id, "category_id": category.id, "date_from": "2020-01-01"}
                for person in self.people
            ]
        )

    def setup_absences(self):
        """A holiday for everybody, a night off across midnight, and an afternoon in which a room is painted."""
        night, _day, _long = self.people
        for record, start, stop in (
            (None, self.diary.moment(5, 0), self.diary.moment(6, 0)),
            (night, self.diary.moment(1, 23), self.diary.moment(2, 2)),
            (self.rooms[0], self.diary.moment(4, 14), self.diary.moment(4, 19)),
        ):
            self.diary.rest([record] if record else [*self.people, *self.rooms, *self.devices], start, stop)
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Away",
                    "company_id": self.branch.id,
                    "calendar_id": False,
                    "resource_id": record.resource_id.id if record else False,
                    "date_from": start,
                    "date_to": stop,
                }
            )

    def setup_appointments(self):
        """What the practitioners have in their calendars: only what they accepted and shows as busy counts."""
        night, day, long = self.people
        for person, hours, values in (
            (night, (self.diary.moment(3, 1), self.diary.moment(3, 4)), {}),
            (day, (self.diary.moment(0, 9, 10), self.diary.moment(0, 11, 20)), {}),
            (day, (self.diary.moment(1, 8), self.diary.moment(1, 18)), {"show_as": "free"}),
            (long, (self.diary.moment(4, 6), self.diary.moment(4, 12)), {}),
        ):
            start, stop = hours
            partner = person.user_id.partner_id
            self.env["calendar.event"].create(
                {"name": "Busy", "start": start, "stop": stop, "partner_ids": [Command.set(partner.ids)], **values}
            )
            if not values:
                self.diary.take(person, start, stop)
        declined = self.env["calendar.event"].create(
            {
                "name": "Declined",
                "start": self.diary.moment(1, 8),
                "stop": self.diary.moment(1, 18),
                "partner_ids": [Command.set(day.user_id.partner_id.ids)],
            }
        )
        declined.attendee_ids.state = "declined"

    # -- the oracle ---------------------------------------------------------------------------------------------------

    def able(self, treatment, start, people=None):
        """Return the practitioners, rooms and devices that can do ``treatment`` at ``start`` (seconds)."""
        groups = [people or self.people, self.rooms, self.devices if treatment.device_kind_id else []]
        return [[one.id for one in group if self.diary.is_free(one, treatment, start)] for group in groups]

    def is_possible(self, treatment, start, people=None):
        found = self.able(treatment, start, people)
        return all(found if treatment.device_kind_id else found[:2])

    def expected(self, treatment, first, last, people=None):
        last -= timedelta(minutes=treatment.treatment_duration - 1)
        grid = oracle.grid(self.diary.walls, seconds(first), seconds(last), STEP)
        return [naive(start) for start in grid if self.is_possible(treatment, start, people)]

    # -- the comparison -----------------------------------------------------------------------------------------------

    def find(self, treatment, first=None, last=None, **kwargs):
        return self.env["clinic.availability"].find_slots(treatment, first or self.first, last or self.last, **kwargs)

    def assert_slots_are_right(self):
        for treatment in self.treatments:
            with self.subTest(treatment=treatment.name):
                found = self.find(treatment)
                self.assertEqual([slot["start"] for slot in found], self.expected(treatment, self.first, self.last))
                for slot in found:
                    self.assert_slot_is_right(treatment, slot)

    def assert_slot_is_right(self, treatment, slot):
        people, rooms, devices = self.able(treatment, seconds(slot["start"]))
        self.assertIn(slot["practitioner_id"], people)
        self.assertIn(slot["room_id"], rooms)
        self.assertIn(slot["device_id"], devices or [False])
        self.assertEqual(slot["stop"] - slot["start"], timedelta(minutes=treatment.treatment_duration))

    def assert_what_is_offered_can_be_booked(self, chance, count):
        for treatment in self.treatments:
            for slot in chance.sample(self.find(treatment), count):
                with self.subTest(slot=slot):
                    visit = self.try_to_book(treatment, slot["start"], slot["practitioner_id"])
                    self.assertEqual(visit, (slot["practitioner_id"], True))

    def assert_only_what_is_possible_can_be_booked(self, chance, count):
        """Any minute of the week, on the grid or not."""
        moments = [moment for moment in self.diary.walls if seconds(self.first) <= moment < seconds(self.last)]
        for start in chance.sample(moments, count):
            treatment = chance.choice(self.treatments)
            with self.subTest(treatment=treatment.name, start=naive(start)):
                booked = self.try_to_book(treatment, naive(start))
                self.assertEqual(bool(booked), self.is_possible(treatment, start))

    def try_to_book(self, treatment, start, practitioner=None):
        """Book and take it back; return (practitioner's id, whether the times agree), None where it is refused."""
        found = None
        try:
            with self.env.cr.savepoint(flush=True) as savepoint, mute_logger("odoo.sql_db"):
                procedure = self.env["clinic.visit"].book(self.patient, treatment, start, practitioner).procedure_ids
                found = procedure.practitioner_id.id, procedure.start == start
                savepoint.rollback()
        except UserError:
            return None
        finally:
            self.env.invalidate_all()
        return found

    def book_some(self, chance, count):
        """Book at random among what is offered."""
        for _ in range(count):
            treatment = chance.choice(self.treatments)
            slot = chance.choice(self.find(treatment))
            visit = self.env["clinic.visit"].book(self.patient, treatment, slot["start"])
            self.diary.note(visit.procedure_ids)

    def check_week(self, zone, day):
        self.setup_week(zone, day)
        chance = random.Random(f"{zone} {day}")
        for _ in range(2):
            self.assert_slots_are_right()
            self.book_some(chance, 8)
        self.assert_slots_are_right()
        self.assert_what_is_offered_can_be_booked(chance, 5)
        self.assert_only_what_is_possible_can_be_booked(chance, 20)
        self.check_narrower_questions(chance)

    def check_narrower_questions(self, chance):
        """One practitioner, a few hours, the first few only."""
        treatment = self.treatments[1]
        for person in self.people:
            found = self.find(treatment, practitioner=person)
            self.assertEqual(
                [slot["start"] for slot in found], self.expected(treatment, self.first, self.last, [person])
            )
            self.assertEqual({slot["practitioner_id"] for slot in found}, {person.id})
        for _ in range(5):
            first = self.first + timedelta(minutes=chance.randrange(5 * DAY))
            last = first + timedelta(minutes=chance.randrange(30, DAY))
            expected = self.expected(treatment, first, last)
            self.assertEqual([slot["start"] for slot in self.find(treatment, first, last)], expected)
            self.assertEqual([slot["start"] for slot in self.find(treatment, first, last, limit=2)], expected[:2])

    def test_amsterdam_goes_forward(self):
        self.check_week("Europe/Amsterdam", date(2026, 3, 26))

    def test_amsterdam_goes_back(self):
        self.check_week("Europe/Amsterdam", date(2026, 10, 22))

    def test_cairo_goes_forward_at_midnight(self):
        self.check_week("Africa/Cairo", date(2026, 4, 21))

    def test_cairo_goes_back_at_midnight(self):
        self.check_week("Africa/Cairo", date(2026, 10, 27))

    def test_karachi_keeps_its_time(self):
        self.check_week("Asia/Karachi", date(2026, 6, 8))
