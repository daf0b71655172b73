"""Many processes take the last unit of a lot at the same moment; each round another lot.

python tests/races/last_unit.py DATABASE CLIENTS ROUNDS MIXED_ROUNDS

In a plain round all draw it for a patient; every second lot is what is left in an open vial. In a mixed round they
draw, transfer and scrap it.
"""

import os
import sys

import harness

WAYS = ("draw", "scrap", "transfer")
BELOW_ZERO = """
    SELECT count(*) FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
     WHERE l.usage = 'internal' AND q.quantity < 0
"""
LEFT = "SELECT COALESCE(sum(quantity), 0) FROM stock_quant WHERE lot_id = ANY(%s) AND location_id = %s"


def prepare(env, rounds, mixed):
    """Return the clinic's ids and a lot with one unit left in the treatment rooms for each round."""
    from odoo.addons.clinic_stock.tests.common import StockMixin  # can be imported once Odoo is connected

    class Clinic(StockMixin):
        """The small clinic of the tests, for real."""

    Clinic.env = env
    branch = env["res.company"].create({"name": "Race Clinic"})
    env.user.company_ids += branch
    env["stock.warehouse"].create({"name": "Race", "code": "RACE", "company_id": branch.id})
    Clinic.env = env(context={"allowed_company_ids": branch.ids})
    Clinic.setup_clinic(branch)
    Clinic.setup_stock()
    Clinic._setup_vials()
    procedure = Clinic._treat(Clinic.book(start=Clinic._at(10, days=1), practitioner=Clinic.doctor))
    lots = []
    for number in range(rounds + mixed):
        opened = number < rounds and number % 2
        product = Clinic.toxin if opened else Clinic.cream
        lot = Clinic._receive(product, 10 if opened else 1, f"RACE{number}", 100)
        if opened:
            procedure.consume(product, 9, lot=lot)
        lots.append((product.id, lot.id))
    return branch.id, procedure.id, Clinic.location.id, Clinic.store.id, lots


def draw(branch, procedure, product, lot):
    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        env["clinic.procedure"].browse(procedure).consume(product, 1, lot=lot)
        return "won"

    return attempt


def anyhow(branch, procedure, location, store, product, lot):
    """Draw, scrap or transfer the unit, whatever the process's number says."""

    def attempt(env):
        env = env(context={"allowed_company_ids": [branch]})
        way = WAYS[(os.getpid() + lot) % len(WAYS)]
        if way == "draw":
            env["clinic.procedure"].browse(procedure).consume(product, 1, lot=lot)
        elif way == "scrap":
            scrap(env, branch, location, product, lot)
        else:
            transfer(env, branch, location, store, product, lot)
        return "won"

    return attempt


def scrap(env, branch, location, product, lot):
    reason = env.ref("clinic_stock.scrap_reason_damaged")
    values = {"product_id": product, "lot_id": lot, "scrap_qty": 1, "location_id": location, "company_id": branch}
    env["stock.scrap"].create({**values, "scrap_reason_tag_ids": [(6, 0, reason.ids)]}).do_scrap()


def transfer(env, branch, location, store, product, lot):
    unit = env["product.product"].browse(product).uom_id.id
    places = {"location_id": location, "location_dest_id": store, "company_id": branch, "product_id": product}
    line = {**places, "product_uom_id": unit, "quantity": 1, "lot_id": lot}
    move = {**places, "product_uom": unit, "product_uom_qty": 1, "picked": True, "move_line_ids": [(0, 0, line)]}
    env["stock.move"].create(move)._action_done()


def main(database, clients, rounds, mixed):
    registry = harness.connect(database)
    with harness.committed(registry) as env:
        branch, procedure, location, store, lots = prepare(env, rounds, mixed)
    attempts = [draw(branch, procedure, *lot) for lot in lots[:rounds]]
    attempts += [anyhow(branch, procedure, location, store, *lot) for lot in lots[rounds:]]
    outcomes = harness.race(registry, attempts, clients)
    with harness.committed(registry) as env:
        env.cr.execute(BELOW_ZERO)
        [[below_zero]] = env.cr.fetchall()
        env.cr.execute(LEFT, [[lot for _product, lot in lots], location])
        [[left]] = env.cr.fetchall()
        env.cr.execute("SELECT count(*) FROM clinic_open_vial WHERE remaining > 0")
        [[open_vials]] = env.cr.fetchall()
    harness.report(outcomes, below_zero=below_zero, left=float(left), open_vials=open_vials)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
