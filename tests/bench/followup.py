"""Print the table of `make bench-followup`; exit with 1 unless every goal is reached.

python tests/bench/followup.py DATABASE
    a database made by data.py
"""

import os
import sys

import connection

connection.start()

import followup_data  # noqa: E402 (Odoo's addons can be imported only now)
from clinic_data import at_the_desk, find_clinic  # noqa: E402
from measure import Table, Task, below, measure  # noqa: E402

REPETITIONS, PAGES = 3, 31
WHOLE, LITTLE, PAGE = 60_000, 5_000, 300  # ms
OPEN = 20_000


class Night:
    """What the scheduled action does, but for its commits."""

    def __init__(self, env):
        self.rules = followup_data.find(env)["clinic.recall.rule"].search([])

    def begin(self, _number):
        self.rules._clinic_writing().looked_on = False

    def look(self, _number):
        for rule in self.rules:
            rule._look()


def main(database):
    table, load = Table(), os.getloadavg()[0]
    with connection.environment(database) as env:
        night = Night(env)
        env.cr.execute("SELECT (SELECT count(*) FROM clinic_patient), (SELECT count(*) FROM clinic_procedure)")
        [(patients, procedures)] = env.cr.fetchall()
        whole = Task("all patients are looked at", env, night.look, night.begin)
        for number in range(REPETITIONS):
            whole.repeat(number, counted=True)
        night.look(0)
        little = Task("the next night, little has changed", env, night.look)
        measure([little], REPETITIONS)
        opened = _keep_open(env)
    with connection.environment(database) as env:
        desk = at_the_desk(env, find_clinic(env, followup_data.NAME))
        page = Task("the first page of the due list", desk, lambda _number: desk["clinic.due.list"].load())
        measure([page], PAGES)
    table.heading(f"{patients:,} patients with {procedures:,} procedures")
    table.add(whole, below(whole, milliseconds=WHOLE))
    table.add(little, below(little, milliseconds=LITTLE))
    table.heading(f"{opened:,} open recalls")
    table.add(page, below(page, milliseconds=PAGE))
    print(f"cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


def _keep_open(env):
    """Leave ``OPEN`` recalls open and return how many there are."""
    env.cr.execute(
        "UPDATE clinic_recall SET state = 'settled' WHERE state = 'open' AND id NOT IN"
        f" (SELECT id FROM clinic_recall WHERE state = 'open' ORDER BY id LIMIT {OPEN})"
    )
    env.cr.execute("SELECT count(*) FROM clinic_recall WHERE state = 'open'")
    return env.cr.fetchone()[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
