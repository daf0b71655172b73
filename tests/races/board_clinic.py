"""Make the clinic for boards that are watched live: it is about noon, and the clinic is open all day.

python tests/races/board_clinic.py DATABASE
"""

import json
import sys

import harness

from odoo import Command


def prepare(env):
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = env["res.company"].create({"name": "Live Clinic", "country_id": env.ref("base.pk").id})
    env.user.company_ids = [Command.link(branch.id)]
    Clinic.env = env(context={"allowed_company_ids": branch.ids, "tracking_disable": True})
    Clinic.setup_clinic(branch)
    Clinic._open_around_the_clock()
    return {
        "branch": branch.id,
        "logins": [Clinic.users[role].login for role in ("reception", "manager")],
        "patient": Clinic.patient.id,
        "treatment": Clinic.facial.id,
        "doctor": Clinic.doctor.id,
        "start": str(Clinic._at(14, days=0)),
    }


def main(database):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        made = prepare(env)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
