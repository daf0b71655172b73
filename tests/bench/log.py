"""Print the table of `make bench-log`; exit with 1 unless every goal is reached.

python tests/bench/log.py LOGGED UNLOGGED
    two databases made by data.py: LOGGED with a clinic that books and one that uses items; UNLOGGED, a copy without the
    triggers of the change log
"""

import os
import sys
from contextlib import ExitStack

import connection

connection.start()

import slots  # noqa: E402 (Odoo's addons can be imported only now)
import stock_data  # noqa: E402
from measure import Table, Task, at_most, measure  # noqa: E402

REPETITIONS = 101
MOST = 1.1


def book(env, name):
    """Booking one treatment with any free practitioner."""
    return slots.Clinic(env, "small", all_rights=True).book(name)


def use(env, name):
    """Using one item in a procedure."""
    stock = stock_data.find_stock(env)
    lot, procedure = stock.lot, stock.moves[2].clinic_visit_id.procedure_ids
    doctor = procedure.with_user(procedure.practitioner_id.user_id)
    return Task(name, doctor.env, lambda _n: doctor.consume(lot.product_id.id, 1, lot=lot.id))


def main(*databases):
    table, load = Table(), os.getloadavg()[0]
    with ExitStack() as stack:
        envs = [stack.enter_context(connection.environment(name)) for name in databases]
        for heading, make in (("One booking", book), ("One item used", use)):
            logged, unlogged = (make(env, name) for env, name in zip(envs, ("logged", "not logged"), strict=True))
            measure([unlogged, logged], REPETITIONS)
            table.heading(heading)
            table.add(unlogged)
            table.add(logged, at_most(unlogged, logged, MOST))
    print(f"{REPETITIONS} repetitions in turn, cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
