"""Make a clinic that is booked online, and a mail server that it writes to.

python tests/races/online_clinic.py DATABASE DAYS MAIL_PORT
"""

import json
import sys

import harness

# Of all scheduled actions those by which a visitor hears of the visit, and a time becomes free that was given up.
JOBS = ("clinic_message.cron_queue", "clinic_message.cron_send", "clinic_website.cron_release_holds")


def prepare(env, days, mail_port):
    from odoo.addons.clinic.tests.common import ClinicMixin  # can be imported once Odoo is connected

    class Clinic(ClinicMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    env["res.company"].search([]).clinic_is_online = False
    branch.clinic_is_online = Clinic.facial.is_online = Clinic.doctor.is_online = True
    branch.write({"clinic_quiet_from": 0, "clinic_quiet_to": 0, "clinic_online_notice": 1})
    env["ir.config_parameter"].set_param("clinic_message.trial", "False")
    env["ir.mail_server"].create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": mail_port})
    env["ir.cron"].search([]).active = False
    for xmlid in JOBS:
        env.ref(xmlid).active = True
    return {
        "branch": branch.id,
        "treatment": Clinic.facial.id,
        "doctor": Clinic.doctor.id,
        "resource": Clinic.doctor.resource_id.id,
        # Nine hours of each day.
        "starts": [str(Clinic._at(9 + hour, days=3 + day)) for day in range(days) for hour in range(9)],
    }


def main(database, days, mail_port):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        made = prepare(env, days, mail_port)
    # Not in one with the chart of accounts, which has Odoo set its fields up again.
    with harness.committed(registry) as env:
        env["res.company"].browse(made["branch"]).email = "desk@race.clinic"
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
