"""Print the table of `make bench-commissions`; exit with 1 unless every goal is reached.

python tests/bench/commission.py MONTH YEARS
    two databases made by data.py: a month of commissions, and a copy with years of settled ones
"""

import os
import sys
from contextlib import ExitStack, closing

import connection
import psycopg2

connection.start()

import commission_data  # noqa: E402 (Odoo's addons can be imported only now)
from measure import Table, Task, at_most, below, measure  # noqa: E402

REPETITIONS = 5
LONGEST = 5_000  # ms
MOST = 1.2


def generate(env, name):
    """Making all statements of last month."""
    env = commission_data.find(env)
    statements, month = env["clinic.commission.statement"], commission_data.last_month(env)

    def run(_number):
        made = statements._generate(month, env.company)
        assert len(made) == commission_data.PRACTITIONERS
        assert sum(made.mapped("entry_count")) >= commission_data.MONTH

    return Task(name, env, run, prepare=lambda _number: tidy(env.cr.dbname))


def tidy(database):
    """Remove what the repetition before was rolled back to, as PostgreSQL does by itself within a month."""
    with closing(psycopg2.connect(dbname=database)) as connected:
        connected.autocommit = True
        with connected.cursor() as cursor:
            cursor.execute("VACUUM clinic_commission_entry")


def main(*databases):
    table, load = Table(), os.getloadavg()[0]
    with ExitStack() as stack:
        envs = [stack.enter_context(connection.environment(name)) for name in databases]
        for env in envs:
            env.cr.execute("SELECT count(*) FROM clinic_commission_entry")
        old = envs[1].cr.fetchone()[0] - commission_data.MONTH
        tasks = generate(envs[0], "no older entries"), generate(envs[1], f"{old:,} older entries")
        measure(tasks, REPETITIONS)
    month, years = tasks
    table.heading(f"Statements of {commission_data.PRACTITIONERS} practitioners with {commission_data.MONTH:,} entries")
    table.add(month, below(month, milliseconds=LONGEST))
    table.add(years, at_most(month, years, MOST))
    print(f"{REPETITIONS} repetitions in turn, cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
