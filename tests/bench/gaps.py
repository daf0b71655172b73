"""Print the table of `make bench-gaps`; exit with 1 unless every goal is reached.

python tests/bench/gaps.py DATABASE
    a database made by data.py
"""

import os
import statistics
import sys
import time

import connection

connection.start()

import gaps_data  # noqa: E402 (Odoo's addons can be imported only now)

from odoo.addons.clinic_visit.exceptions import SlotTaken  # noqa: E402
from odoo.addons.clinic_visit.hours import naive, seconds  # noqa: E402

FEWER, SLOWER = 0.8, 1.1
LEAST = min(gaps_data.LENGTHS)


class Replay:
    """One clinic in which patients take, of the times that are offered, the one nearest to their wish."""

    def __init__(self, env, offers):
        self.clinic, self.offers = gaps_data.find(env, offers), offers
        self.seconds, self.refused = [], 0

    def ask(self, day, minutes, person, wish):
        """Search the day of a request as online booking does, and book the offered time nearest to the wish."""
        clinic, treatment = self.clinic, self.clinic.treatments[minutes]
        person = None if person is None else clinic.people[person]
        clinic.env.invalidate_all()
        began = time.perf_counter()
        offered = self.search(treatment, person, gaps_data.opening(day))
        self.seconds.append(time.perf_counter() - began)
        near = min(offered, key=lambda at: (abs(at - seconds(wish)), at), default=None)
        if near is None:
            self.refused += 1
            return
        try:
            clinic.env["clinic.visit"].book(clinic.patient, [treatment], naive(near), person)
        except SlotTaken:
            self.refused += 1

    def search(self, treatment, person, moment):
        engine, branch = self.clinic.env["clinic.availability"], self.clinic.branch
        steps = engine._steps([treatment], person)
        known, free = engine._free_starts(steps, branch, *engine._day(branch, moment))
        return free if self.offers == "every" else engine._worth(steps, known, free)

    @property
    def median(self):
        """Of the searches, in milliseconds."""
        return statistics.median(self.seconds) * 1000


def main(database):
    load = os.getloadavg()[0]
    with connection.environment(database) as env:
        replays = [Replay(env, offers) for offers in gaps_data.NAMES]
        for number, request in enumerate(gaps_data.requests()):
            # In turn, and each of them first every other time: a busy moment of the machine meets both.
            for replay in replays[:: 1 if number % 2 else -1]:
                replay.ask(*request)
            if not number:
                # What is remembered for the next ones is read by the first.
                for replay in replays:
                    replay.seconds.clear()
        booked, lost = zip(*(gaps_data.unsold(replay.clinic, LEAST) for replay in replays), strict=True)
    fewer, slower = lost[1] / max(lost[0], 1), replays[1].median / replays[0].median
    reached = fewer <= FEWER and slower <= SLOWER
    print(
        f"{gaps_data.REQUESTS} requests replayed, seed {gaps_data.SEED}, {gaps_data.PRACTITIONERS} practitioners, "
        f"{gaps_data.DAYS} days, load {load:.1f}\n"
    )
    print(f"{'':28}{'fixed grid':>12}{'ranked':>12}{'ratio':>8}  goal")
    print(f"{'minutes booked':28}{booked[0]:>12,}{booked[1]:>12,}{booked[1] / booked[0]:>8.2f}")
    print(f"{'requests without a time':28}{replays[0].refused:>12,}{replays[1].refused:>12,}")
    print(f"{'minutes nobody can sell':28}{lost[0]:>12,}{lost[1]:>12,}{fewer:>8.2f}  <= {FEWER}")
    print(
        f"{'search, median ms':28}{replays[0].median:>12.2f}{replays[1].median:>12.2f}{slower:>8.2f}  <= {SLOWER}"
        f"\n\n{'all goals reached' if reached else 'NOT all goals reached'}"
    )
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
