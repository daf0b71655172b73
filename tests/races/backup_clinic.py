"""Make what a backup has to bring back: a posted invoice, stored files, attachments, a log; and a manager.

python tests/races/backup_clinic.py DATABASE PORT-OF-A-MAIL-SERVER
"""

import secrets
import sys
import uuid

import harness

from odoo import Command

DOCUMENTS = 12


def prepare(env, port):
    branch = harness.branch_with_books(env)
    env = env(context={"allowed_company_ids": branch.ids})
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port})
    env["res.users"].create(
        {
            "name": "Backup Manager",
            "login": "backup_manager",
            "email": "manager@backup.example.com",
            "company_id": branch.id,
            "company_ids": [Command.set(branch.ids)],
            "group_ids": [Command.set(env.ref("clinic.group_manager").ids)],
        }
    )
    patient = env["clinic.patient"].create({"name": "Kept Patient", "branch_id": branch.id})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": patient.partner_id.id,
            "invoice_line_ids": [Command.create({"name": "Laser", "quantity": 1, "price_unit": 120})],
        }
    )
    invoice.action_post()
    for number in range(DOCUMENTS):
        env["clinic.vault.file"]._store(str(uuid.uuid4()), "original", secrets.token_bytes(2_000))
        env["ir.attachment"].create({"name": f"File {number}", "raw": secrets.token_bytes(1_000)})


def main(database, port):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        prepare(env, port)
    with harness.committed(registry) as env:
        # What was committed before; a scheduled action does so in a clinic.
        env["clinic.change"]._seal()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
