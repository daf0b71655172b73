"""Print the table of `make bench-packages`; exit with 1 unless every goal is reached.

python tests/bench/packages.py DATABASE
    a database made by data.py
"""

import os
import sys

import connection

connection.start()

import packages_data  # noqa: E402 (Odoo's addons can be imported only now)
from measure import Table, Task, at_most, measure  # noqa: E402

REPETITIONS = 31
MOST = 1.3
CHARGED, COVERED = 1, 2


class Desk:
    """A visit of three treatments that is checked out: two are paid by sessions, or none."""

    def __init__(self, env, name, *, with_package):
        self.clinic = packages_data.find(env)
        self.with_package = with_package
        self.visit = None
        self.task = Task(name, self.clinic.env, self.check_out, self.prepare)

    def prepare(self, _number):
        """Perform the treatments before the package is bought, so that its sessions are used by the checkout."""
        self.visit = packages_data.performed(self.clinic, CHARGED + COVERED)
        if self.with_package:
            packages_data.sell(self.clinic)
            self.visit.procedure_ids.sorted("start")[-CHARGED:].session_use_id = False

    def check_out(self, _number):
        self.visit.action_checkout()
        used = self.visit.procedure_ids.session_use_id
        assert len(used) == (COVERED if self.with_package else 0), used


def main(database):
    table, load = Table(), os.getloadavg()[0]
    with connection.environment(database) as env:
        none = Desk(env, "no session", with_package=False)
        two = Desk(env, "two sessions used", with_package=True)
        measure([none.task, two.task], REPETITIONS)
    table.heading("Checking out a visit of three treatments")
    table.add(none.task)
    table.add(two.task, at_most(none.task, two.task, MOST))
    print(f"{REPETITIONS} repetitions in turn, cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
