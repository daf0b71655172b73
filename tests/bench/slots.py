"""Print the table of `make bench-slots`; exit with 1 unless every goal is reached.

python tests/bench/slots.py OURS PAST PEER
    three databases made by data.py: OURS; PAST, a copy of OURS with a million past procedures; PEER
"""

import os
import sys
from contextlib import ExitStack
from datetime import timedelta

import connection

connection.start()

import clinic_data  # noqa: E402 (Odoo's addons can be imported only now)
import peer_data  # noqa: E402
from measure import Table, Task, at_least, at_most, below, measure, same_queries  # noqa: E402

REPETITIONS = 31
BATCH = 10


class Clinic:
    """One of our clinics in one of the databases."""

    def __init__(self, env, name, all_rights=False):
        self.facts = clinic_data.find_clinic(env, name)
        self.env = (clinic_data.in_clinic if all_rights else clinic_data.at_the_desk)(env, self.facts)

    def search(self, name, days, treatment=None):
        """Searching ``days`` days for all times at which practitioner, room and device are free."""
        start = clinic_data.opening(1, self.facts.zone)
        wanted = treatment or self.facts.treatment
        find_slots = self.env["clinic.availability"].find_slots
        return Task(name, self.env, lambda _number: find_slots(wanted, start, start + timedelta(days=days)))

    def book(self, name):
        """Booking one treatment with anyone who is free, each time at another time."""
        facts = self.facts
        return Task(
            name, self.env, lambda n: self.env["clinic.visit"].book(facts.patient, [facts.treatment], self._free(n))
        )

    def show_calendars(self, name):
        """What the cron does within a minute of bookings: their events in the practitioners' calendars."""
        book = self.book("").run
        procedures = clinic_data.in_clinic(self.env, self.facts)["clinic.procedure"].sudo()

        def prepare(number):
            for booking in range(BATCH):
                book(number * BATCH + booking)

        def sync(_number):
            procedures.search([("calendar_stale", "=", True)])._sync_calendar()

        return Task(name, self.env, sync, prepare, BATCH)

    def board(self, name):
        """Loading the board of the day with most to show."""
        day = clinic_data.opening(clinic_data.BOARD_DAY, self.facts.zone).date().isoformat()
        return Task(name, self.env, lambda _number: self.env["clinic.board"].load(day=day))

    def _free(self, number):
        """Return a start at which nothing is booked in the small clinic."""
        return clinic_data.free_start(number, self.facts.zone)


def peer_tasks(env):
    """The peer's search for one resource out of ten, its booking, and its booking with tracking."""
    env = env(context=peer_data.QUIET)
    start = clinic_data.opening(1)
    request = peer_data.new_request(env)
    env.cr.flush()

    def search(_number):
        return request._get_available_slots(
            clinic_data.utc.localize(start), clinic_data.utc.localize(start + timedelta(days=clinic_data.SMALL_DAYS))
        )

    tracking = env(context=peer_data.TRACKING)
    return (
        Task("resource_booking: one resource", env, search),
        Task("resource_booking: one resource", env, lambda n: peer_data.book(env, clinic_data.free_start(n))),
        Task("resource_booking, with its tracking", env, lambda n: peer_data.book(tracking, clinic_data.free_start(n))),
    )


def compare_with_peer(table, env, peer_env):
    """Search and book in the same small clinic, with the same rights as the peer, and as a receptionist does."""
    peer_search, peer_book, peer_tracking = peer_tasks(peer_env)
    small, desk = Clinic(env, "small", all_rights=True), Clinic(env, "small")
    search = small.search("ours: practitioner, room and device", clinic_data.SMALL_DAYS)
    search_at_desk = desk.search("ours, with a receptionist's rights", clinic_data.SMALL_DAYS)
    book = small.book("ours: practitioner, room and device")
    book_at_desk = desk.book("ours, with a receptionist's rights")
    calendars = small.show_calendars("ours, later: the event in the calendar, by a cron")
    measure([peer_search, search, search_at_desk], REPETITIONS)
    measure([peer_book, peer_tracking, book, book_at_desk, calendars], REPETITIONS)
    table.heading("Slot search: 28 days, 10 resources (ours 3 times 10), 400 bookings")
    table.add(peer_search)
    table.add(search, at_least(peer_search, search, 10))
    table.add(search_at_desk)
    table.heading("One booking in that clinic, by anybody who is free")
    table.add(peer_book)
    table.add(peer_tracking)
    table.add(book, at_least(peer_book, book, 5))
    table.add(book_at_desk)
    table.add(calendars)


def compare_with_past(table, large, past):
    """Search and book in a large clinic, with and without years of work behind it."""
    names = ("ours", "ours, after 1,000,000 past procedures")
    clinics = dict(zip(names, (large, past), strict=True))
    searches = [clinic.search(name, clinic_data.LARGE_DAYS) for name, clinic in clinics.items()]
    few = large.search("ours, 5 of the practitioners", clinic_data.LARGE_DAYS, large.facts.treatment_of_5)
    bookings = [clinic.book(name) for name, clinic in clinics.items()]
    measure([*searches, few], REPETITIONS)
    measure(bookings, REPETITIONS)
    table.heading("Slot search: 60 days, 50 practitioners, 30 rooms, 20 devices, 20,000 reservations ahead")
    table.add(searches[0], below(searches[0], milliseconds=100))
    table.add(searches[1], at_most(*searches, 1.2))
    table.add(few, same_queries(searches[0], few))
    table.heading("One booking in that clinic, by anybody who is free")
    table.add(bookings[0])
    table.add(bookings[1], at_most(*bookings, 1.2))


def measure_board(table, large, past):
    """Load a full day's board."""
    boards = [large.board("ours"), past.board("ours, after 1,000,000 past procedures")]
    measure(boards, REPETITIONS)
    table.heading("Board of a day with 300 procedures, 50 practitioners")
    for board in boards:
        table.add(board, below(board, milliseconds=150, queries=10))


def main(ours, past, peer):
    table = Table()
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        env, past_env, peer_env = (stack.enter_context(connection.environment(name)) for name in (ours, past, peer))
        large, old = Clinic(env, "large"), Clinic(past_env, "large")
        compare_with_peer(table, env, peer_env)
        compare_with_past(table, large, old)
        measure_board(table, large, old)
        env.cr.execute("SHOW server_version")
        [version] = env.cr.fetchone()
    print(
        f"{REPETITIONS} repetitions each, by turns, from a cold cache; resource_booking and ours beside it with all"
        " rights, the rest of ours with a receptionist's; resource_booking without mails and tracking"
    )
    print(
        f"PostgreSQL {version}, {os.cpu_count()} processors, load {load:.1f} before and {os.getloadavg()[0]:.1f} after"
    )
    print(table.text())
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
