"""Print the table of `make bench-messages`; exit with 1 unless every goal is reached.

python tests/bench/messages.py DATABASE
    a database made by data.py
"""

import os
import sys

import connection

connection.start()

import messages_data  # noqa: E402 (Odoo's addons can be imported only now)
from measure import Table, Task, below, measure  # noqa: E402

REPETITIONS = 5
NOTHING_DUE, QUEUED = 10_000, 60_000  # ms


class Outbox:
    """The clinic's outbox, and what its scheduled action does, but for the commits."""

    def __init__(self, env):
        self.env = messages_data.find(env)
        self.messages = self.env["clinic.message"]
        self.kinds = self.env["clinic.message.kind"]
        self.reminder = self.env.ref("clinic_message.kind_reminder_days")

    def look(self, _number):
        """Look for all that could be due, and find nothing."""
        assert not self.messages._visits_to_tell()
        for kind in (self.kinds._triggered("before") | self.kinds._triggered("after")) - self.reminder:
            assert not self.messages._due_visits(kind, 0)

    def queue(self, _number):
        """Write the reminders that are due."""
        last = 0
        while ids := self.messages._due_visits(self.reminder, last):
            self.messages._queue(self.reminder, self.env["clinic.visit"].browse(ids).filtered(self.reminder._suits))
            self.env.flush_all()
            self.env.invalidate_all()
            last = ids[-1]


def main(database):
    table, load = Table(), os.getloadavg()[0]
    with connection.environment(database) as env:
        outbox = Outbox(env)
        env.cr.execute("SELECT count(*) FROM clinic_visit WHERE state = 'booked'")
        [(visits,)] = env.cr.fetchall()
        look = Task("nothing is due", env, outbox.look)
        queue = Task(f"{messages_data.DUE:,} reminders are written", env, outbox.queue)
        measure([look], REPETITIONS)
        queue.repeat(0, counted=False)
        queue.repeat(1, counted=True)
        queue.repeat(2, counted=True)
    table.heading(f"The scheduled action that writes messages, among {visits:,} visits ahead")
    table.add(look, below(look, milliseconds=NOTHING_DUE))
    table.add(queue, below(queue, milliseconds=QUEUED))
    print(f"cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
