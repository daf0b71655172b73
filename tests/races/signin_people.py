"""Make people who sign in, each with an API key, in a clinic whose idle screens are locked.

python tests/races/signin_people.py DATABASE COUNT
"""

import json
import sys
from datetime import timedelta

import harness

from odoo import Command, fields

PASSWORD = "a long password"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def prepare(env, count):
    env.ref("base.group_user").lock_timeout_inactivity = 15
    people = env["res.users"].create(
        [
            {
                "name": f"Person {number}",
                "login": f"person_{number}",
                "password": PASSWORD,
                "group_ids": [Command.set(env.ref("base.group_user").ids)],
            }
            for number in range(count)
        ]
    )
    expiry = fields.Datetime.now() + timedelta(days=1)
    keys = [env["res.users.apikeys"].with_user(one).sudo()._generate(None, "test", expiry) for one in people]
    people[-1].totp_secret = TOTP_SECRET
    return dict(zip(people.mapped("login"), keys, strict=True))


def main(database, count):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        made = prepare(env, count)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
