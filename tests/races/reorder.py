"""Schedulers that tell a buyer of the same items and the same lots at the same moment.

python tests/races/reorder.py DATABASE CLIENTS
"""

import sys
from datetime import timedelta

import harness

from odoo import Command, fields

ITEMS = 3


def prepare(env):
    """Make items below their threshold, and a lot of each that expires soon, in a branch with one buyer."""
    branch = env["res.company"].create({"name": "Race Clinic"})
    env["stock.warehouse"].create({"name": "Race", "code": "RACE", "company_id": branch.id})
    buyer = env["res.users"].create(
        {
            "name": "Buyer",
            "login": "buyer",
            "email": "buyer@example.com",
            "company_id": branch.id,
            "company_ids": [Command.set(branch.ids)],
            "group_ids": [Command.set(env.ref("clinic.group_warehouse").ids)],
        }
    )
    branch.clinic_buyer_id = buyer
    item = {"type": "consu", "is_storable": True, "clinic_item": True, "tracking": "lot", "use_expiration_date": True}
    products = (
        env["product.product"]
        .with_company(branch)
        .create([{**item, "name": f"Item {number}", "clinic_reorder_min": 3} for number in range(ITEMS)])
    )
    expires = fields.Datetime.now() + timedelta(days=60)
    for product in products:
        lot = env["stock.lot"].create({"name": "L", "product_id": product.id, "expiration_date": expires})
        rooms = branch._get_treatment_location()
        env["stock.quant"]._update_available_quantity(product, rooms, 2, lot_id=lot)
    return buyer.partner_id.id


def tell_reorder(env):
    env["stock.warehouse.orderpoint"]._cron_tell_reorder()
    return "told"


def tell_expiry(env):
    env["clinic.expiry.notice"]._cron_tell_expiry()
    return "told"


def main(database, clients):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        partner_id = prepare(env)
    outcomes = harness.race(registry, [tell_reorder, tell_expiry] * 3, clients)
    with harness.committed(registry) as env:
        mails = env["mail.mail"].search([("recipient_ids", "in", partner_id)], order="id")
        activities = env["mail.activity"].search([("user_id.partner_id", "=", partner_id)])
        harness.report(outcomes, mails=mails.mapped("subject"), activities=sorted(activities.mapped("res_model")))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
