"""Make a patient and people at the desk, who scan documents.

python tests/races/photo_people.py DATABASE COUNT
"""

import json
import sys

import harness

from odoo import Command


def prepare(env, count):
    branch = env["res.company"].create({"name": "Photo Clinic", "country_id": env.ref("base.pk").id})
    env["res.users"].create(
        [
            {
                "name": f"Desk {number}",
                "login": f"desk_{number}",
                "password": f"desk_{number}",
                "company_id": branch.id,
                "company_ids": [Command.set(branch.ids)],
                "group_ids": [Command.set(env.ref("clinic.group_reception").ids)],
            }
            for number in range(count)
        ]
    )
    patient = env["clinic.patient"].create({"name": "Scanned Patient", "branch_id": branch.id})
    return {"patient": patient.id, "branch": branch.id}


def main(database, count):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        # Passwords equal logins here.
        env["ir.config_parameter"].set_param("auth_password_policy.minlength", "0")
        env["ir.config_parameter"].set_param("auth_totp.policy", False)
        env.ref("base.group_user").write({"lock_timeout": 0, "lock_timeout_inactivity": 0})
        made = prepare(env, count)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
