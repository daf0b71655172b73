"""Make the clinic for races against a server, with a patient for each client.

python tests/races/clinic.py DATABASE CLIENTS
"""

import json
import sys

import harness

from odoo import Command

# Who books, each with several tabs open: hashing a password for every client would take longer than the races.
ROLES = ("reception", "manager")
# "Anybody": so many practitioners and rooms, and thus so many winners.
ANYBODY = 5


def prepare(env, clients):
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = env["res.company"].create({"name": "Race Clinic", "country_id": env.ref("base.pk").id})
    env.user.company_ids = [Command.link(branch.id)]
    Clinic.env = env(context={"allowed_company_ids": branch.ids, "tracking_disable": True})
    Clinic.setup_clinic(branch)
    patients = Clinic.env["clinic.patient"].create([{"name": f"Patient {number}"} for number in range(clients)])
    return {
        "branch": branch.id,
        "logins": [Clinic.users[role].login for role in ROLES],
        "patients": patients.ids,
        "facial": Clinic.facial.id,
        "doctor": Clinic.doctor.id,
        "start": str(Clinic._at(8, days=2)),
        "one_room": team(Clinic, "One room", people=clients, rooms=1),
        "anybody": team(Clinic, "Anybody", people=ANYBODY, rooms=ANYBODY),
    }


def team(clinic, name, people, rooms):
    """A treatment that only these people may perform, in these rooms."""
    env = clinic.env
    kind = env["clinic.room.kind"].create({"name": name})
    place = {"company_id": clinic.branch.id, "resource_calendar_id": clinic.calendar.id, "kind_id": kind.id}
    env["clinic.room"].create([{"name": f"{name} {number}", **place} for number in range(rooms)])
    category = env["product.category"].create({"name": name})
    treatment = clinic._create_treatment(name, room_kind_id=kind.id, categ_id=category.id)
    practitioners = [clinic._create_practitioner(f"{name} {number}").id for number in range(people)]
    env["clinic.authorization"].create(
        [{"practitioner_id": who, "treatment_id": treatment.id, "date_from": "2020-01-01"} for who in practitioners]
    )
    return {"treatment": treatment.id, "practitioners": practitioners}


def main(database, clients):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        made = prepare(env, clients)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
