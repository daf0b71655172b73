"""Make a clinic that takes deposits by JazzCash, somebody at the desk, and a patient for each visit.

python tests/races/payment_people.py DATABASE PATIENTS SANDBOX
"""

import json
import sys

import harness

from odoo import Command

LOGIN = "desk_payment"
# Of all scheduled actions those by which a payment confirms its visit when nobody looks.
JOBS = ("payment.cron_post_process_payment_tx", "clinic_payment.cron_use_payments")


def prepare(env, count, sandbox):
    from odoo.addons.clinic_visit.tests.common import VisitMixin  # can be imported once Odoo is connected

    class Clinic(VisitMixin):
        """The small clinic of the tests, for real."""

    branch = harness.branch_with_books(env)
    rupees = env.ref("base.PKR")
    rupees.active = True
    branch.currency_id = rupees
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    env["clinic.deposit.rule"].create({"name": "Race", "kind": "percent", "percent": 20, "company_id": branch.id})
    patients = Clinic.env["clinic.patient"].create([{"name": f"Patient {number}"} for number in range(count)])
    env["res.users"].create(
        {
            "name": "Desk",
            "login": LOGIN,
            "password": LOGIN,
            "tz": "Asia/Karachi",
            "company_id": branch.id,
            "company_ids": [Command.set(branch.ids)],
            "group_ids": [Command.set(env.ref("clinic.group_reception").ids)],
        }
    )
    provider = provide(env, branch, sandbox)
    env["ir.cron"].search([]).active = False
    for xmlid in JOBS:
        env.ref(xmlid).active = True
    return {
        "branch": branch.id,
        "login": LOGIN,
        "patients": patients.ids,
        "laser": Clinic.laser.id,
        "doctor": Clinic.doctor.id,
        "days": [str(Clinic._at(9, days=3 + day)) for day in range(-(-count // 10))],
        "provider": provider.id,
        "method": env.ref("payment.payment_method_jazzcash").id,
    }


def provide(env, branch, sandbox):
    """Return JazzCash in test mode, spoken to at the address ``sandbox``."""
    env["ir.config_parameter"].set_param("payment_jazzcash.local_sandbox", sandbox["url"])
    provider = env["payment.provider"].search([("code", "=", "jazzcash"), ("company_id", "=", branch.id)])
    provider.write(
        {
            "jazzcash_merchant_id": sandbox["merchant"],
            "jazzcash_password": sandbox["password"],
            "jazzcash_integrity_salt": sandbox["salt"],
            "state": "test",
            "is_published": True,
        }
    )
    env.ref("payment.payment_method_jazzcash").active = True
    return provider


def main(database, count, sandbox):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        # The password equals the login here.
        env["ir.config_parameter"].set_param("auth_password_policy.minlength", "0")
        env["ir.config_parameter"].set_param("auth_totp.policy", False)
        env.ref("base.group_user").write({"lock_timeout": 0, "lock_timeout_inactivity": 0})
        made = prepare(env, count, sandbox)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]))
