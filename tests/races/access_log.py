"""Processes that write to the access log at the same moment, while they hold the rows of its patients and users.

python tests/races/access_log.py DATABASE CLIENTS ROUNDS
"""

import sys
from functools import partial

import harness

from odoo import Command
from odoo.exceptions import AccessError, UserError


def prepare(env, clients):
    """Return the ids of a user who may read no patient, and of a patient for each client."""
    user = env["res.users"].create(
        {"name": "Stranger", "login": "stranger", "group_ids": [Command.set(env.ref("clinic.group_warehouse").ids)]}
    )
    patients = env["clinic.patient"].create([{"name": f"Patient {number}"} for number in range(clients)])
    return user.id, patients.ids


def attempt(user_id, patient_ids, env):
    """Log an export at the same time as the others; hold the row of the user, then, who tries what is denied."""
    patients = env["clinic.patient"].browse(patient_ids)
    made = env["clinic.patient"].create({"name": "New"})
    env["clinic.access.log"]._log(patients + made, "export")
    env.cr.execute("SELECT id FROM res_users WHERE id = %s FOR UPDATE", [user_id])
    try:
        patients.with_user(user_id).read(["birth_date"])
    except AccessError:
        raise UserError("denied") from None
    return "read"


def main(database, clients, rounds):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        user_id, patient_ids = prepare(env, clients)
    outcomes = harness.race(registry, [partial(attempt, user_id, patient_ids)] * rounds, clients)
    with harness.committed(registry) as env:
        counts = env["clinic.access.log"]._read_group([], ["action"], ["__count"])
        harness.report(outcomes, verified=env["clinic.access.log"].verify(), counts=dict(counts))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
