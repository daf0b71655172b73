"""A search in a transaction that began before somebody changed the hours, and one that began after.

python tests/races/facts.py DATABASE
"""

import json
import sys

import booking
import harness

from odoo.api import SUPERUSER_ID, Environment


def first_start(env, branch, treatment, start):
    env = env(context={"allowed_company_ids": [branch]})
    slots = env["clinic.availability"].find_slots(treatment, start, start.replace(hour=23, minute=0))
    return str(slots[0]["start"])


def main(database):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, _patient, treatment, _doctor, start = booking.prepare(env)
        calendar = env["res.company"].browse(branch).resource_calendar_id.id

    def search(cr):
        return first_start(Environment(cr, SUPERUSER_ID, {}), branch, treatment, start)

    result = {}
    with registry.cursor() as before:
        before.execute("SELECT 1")  # from now on it sees the database of this moment
        with harness.committed(registry) as env:
            env["resource.calendar"].browse(calendar).attendance_ids.hour_from = 10
        with registry.cursor() as after:
            result["after"] = search(after)
        result["before"] = search(before)
        with registry.cursor() as after:
            result["after that"] = search(after)
    with registry.cursor() as undone:
        env = Environment(undone, SUPERUSER_ID, {})
        env["resource.calendar"].browse(calendar).attendance_ids.hour_from = 12
        result["in a transaction that is undone"] = search(undone)
        undone.rollback()
        result["after it was undone"] = search(undone)
    print(json.dumps({"start": str(start), **result}))


if __name__ == "__main__":
    main(sys.argv[1])
