from collections import defaultdict
from datetime import timedelta

from odoo.fields import Command

from .catalogue import in_catalogue
from .clock import to_local, to_utc

# item, packs on the first delivery, packs on the second; the first and the second lot's days to expiry from today.
# One lot has expired, some expire within 30 and within 90 days.
DELIVERED = [
    ("item_botulinum_toxin", 30, 30, 64, 320),
    ("item_filler_soft", 15, 8, 150, 420),
    ("item_filler_volume", 15, 8, 210, 480),
    ("item_filler_fine", 10, 5, 26, 390),
    ("item_skin_booster", 6, 4, 180, 400),
    ("item_hyaluronidase", 2, 1, -12, 360),
    ("item_lidocaine_injection", 5, 4, 300, 600),
    ("item_lidocaine_cream", 24, 12, 85, 410),
    ("item_saline", 40, 30, 240, 500),
    ("item_mesotherapy_solution", 10, 6, 71, 300),
    ("item_exosome", 5, 3, 88, 280),
    ("item_pdo_thread", 4, 2, 330, 700),
    ("item_prp_tube", 9, 6, 160, 430),
    ("item_peel_glycolic", 2, 2, 110, 350),
    ("item_peel_salicylic", 2, 2, 140, 380),
    ("item_peel_tca", 1, 1, 21, 330),
    ("item_peel_neutraliser", 2, 1, 200, 500),
    ("item_laser_gel", 2, 2, 250, 600),
    ("item_carbon_lotion", 2, 2, 170, 450),
    ("item_hydra_serum", 3, 2, 58, 300),
    ("item_post_care_cream", 6, 3, 260, 540),
    ("item_sunscreen", 5, 3, 79, 520),
    ("item_needle_30g", 4, 2, None, None),
    ("item_needle_32g", 3, 2, None, None),
    ("item_cannula_25g", 4, 2, None, None),
    ("item_syringe_1_ml", 3, 2, None, None),
    ("item_syringe_5_ml", 3, 2, None, None),
    ("item_gloves_m", 12, 6, None, None),
    ("item_gauze", 12, 6, None, None),
    ("item_microneedling_cartridge", 5, 3, None, None),
]
# Below so many packs in a branch, its buyer is told; twice as many are ordered up to.
# Of the antidote, one lot has expired and less is left than must be at hand.
THRESHOLDS = {
    "item_hyaluronidase": 2,
    "item_botulinum_toxin": 10,
    "item_filler_soft": 4,
    "item_filler_volume": 4,
    "item_skin_booster": 3,
    "item_lidocaine_cream": 6,
    "item_exosome": 2,
    "item_prp_tube": 3,
    "item_gloves_m": 4,
    "item_sunscreen": 2,
}
# A discard worth more than this, in rupees, needs a witness; a count difference, a second person who explains it.
WITNESS_VALUE = 25000
# When the treatment rooms are tidied up, and until when vials must last to be kept overnight.
EVENING, MORNING = (20, 45), 9
# The smaller branch buys less.
BRANCH_SHARE = {"Noor Gulberg": 1.0, "Noor DHA": 0.6}
# Of each delivery, what is brought to the treatment rooms at once; the rest stays in the store.
TO_TREATMENT_ROOMS = 0.75
DELIVERIES = 2
# The second delivery comes when this share of the time up to today has gone by.
SECOND_DELIVERY = 0.53
LOT_FORMAT = "{code}-{day:%y%m}"
LATER_LOT_FORMAT = "{code}-{day:%y%m%d}"
# A clinic that lives on is delivered what has sunk below this share of the first delivery, not counting what expires
# within these days.
SHORT = 0.2
SHELF_LIFE = timedelta(days=5)


def delivery(env, branch, first_day, today, number):
    """Live the delivery ``number`` to ``branch``: received from the suppliers, then brought to the treatment rooms."""
    day = first_day + (today - first_day) * SECOND_DELIVERY if number else first_day - timedelta(days=2)
    yield to_utc(day, 8, 30)
    env = _keeper(env, branch)
    supplied = [(item, details[number], details[2 + number]) for item, *details in DELIVERED]
    received = _receive(env, branch, day, today, supplied)
    yield to_utc(day, 9, 15)
    _bring_to_treatment_rooms(env, branch, received)


def restock(env, branch, since, today):
    """Live a delivery to ``branch`` soon after ``since`` of what the treatment rooms are running short of."""
    yield since + timedelta(minutes=5)
    env = _keeper(env, branch)
    supplied = [
        (item, packs, expires_in)
        for item, first, packs, _first, expires_in in DELIVERED
        if _is_short(env, branch, item, first)
    ]
    if supplied:
        received = _receive(env, branch, to_local(since).date(), today, supplied, lot_format=LATER_LOT_FORMAT)
        _bring_to_treatment_rooms(env, branch, received)


def _is_short(env, branch, item, packs):
    """Return whether less of ``item`` than a share of the first delivery of ``packs`` can be used for some days."""
    product = in_catalogue(env, item).product_variant_id
    first = product.seller_ids[0].product_uom_id._compute_quantity(packs, product.uom_id) * BRANCH_SHARE[branch.name]
    quants = env["stock.quant"].search(
        [("product_id", "=", product.id), ("location_id", "child_of", branch.treatment_location_id.id)]
    )
    good_until = env.cr.now() + SHELF_LIFE
    usable = quants.filtered(
        lambda quant: not quant.lot_id.expiration_date or quant.lot_id.expiration_date > good_until
    )
    return sum(usable.mapped("quantity")) < first * SHORT


def tidy(env, branch, first_day):
    """Live the evenings of ``branch``: what would run out of time overnight is discarded."""
    day = first_day
    env = _keeper(env)
    reason = env.ref("clinic_stock.scrap_reason_open_time")
    manager = env["res.users"].search([("login", "=", "manager")])
    while True:
        yield to_utc(day, *EVENING)
        day += timedelta(days=1)
        vials = env["clinic.open.vial"].search(
            [("state", "=", "open"), ("company_id", "=", branch.id), ("discard_after", "<=", to_utc(day, MORNING))]
        )
        vials.discard(reason, manager)


def load_thresholds(env, branches):
    """Let each branch have a buyer who is told of what runs short, and of what expires."""
    buyer = env["res.users"].search([("login", "=", "warehouse")])
    values = {"clinic_witness_value": WITNESS_VALUE, "clinic_count_value": WITNESS_VALUE}
    branches.write({"clinic_buyer_id": buyer.id, **values})
    vals_list = []
    for branch in branches:
        warehouse = _warehouse(env, branch)
        for item, packs in THRESHOLDS.items():
            product = in_catalogue(env, item).product_variant_id
            least = product.seller_ids[0].product_uom_id._compute_quantity(packs, product.uom_id)
            vals_list.append(
                {
                    "product_id": product.id,
                    "warehouse_id": warehouse.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "company_id": branch.id,
                    "product_min_qty": max(1, round(least * BRANCH_SHARE[branch.name])),
                    "product_max_qty": 2 * least,
                    "trigger": "manual",
                }
            )
    env["stock.warehouse.orderpoint"].create(vals_list)
    env["stock.warehouse.orderpoint"]._cron_tell_reorder()


def _keeper(env, branch=None):
    """Return ``env`` of anyone who keeps the stock of ``branch``, whose rights are not asked a thousand times over."""
    env = env(user=env["res.users"].search([("login", "=", "warehouse")]), su=True)
    return env["stock.picking"].with_company(branch).env


def _warehouse(env, branch):
    return env["stock.warehouse"].search([("company_id", "=", branch.id)], limit=1)


def _receive(env, branch, day, today, supplied, lot_format=LOT_FORMAT):
    """Receive the packs of a delivery, one receipt a supplier; return (product, lot, quantity in its own unit).

    :param supplied: (item, packs, days to expiry from today) of each item
    """
    received = []
    moves = defaultdict(list)
    operation = _warehouse(env, branch).in_type_id
    supplier_location = env.ref("stock.stock_location_suppliers")
    for item, number, expires_in in supplied:
        product = in_catalogue(env, item).product_variant_id
        seller = product.seller_ids[0]
        packs = max(1, round(number * BRANCH_SHARE[branch.name]))
        lot = _lot(env, product, lot_format.format(code=product.default_code, day=day), today, expires_in)
        places = (supplier_location, operation.default_location_dest_id)
        moves[seller.partner_id].append(_move(branch, product, lot, packs, seller.product_uom_id, *places))
        quantity = seller.product_uom_id._compute_quantity(packs, product.uom_id)
        received.append((product, lot, quantity))
    for supplier, supplier_moves in moves.items():
        _transfer(env, operation, supplier_moves, supplier_location, operation.default_location_dest_id, supplier)
    return received


def _lot(env, product, name, today, expires_in):
    """Return the lot ``name`` of ``product`` that is delivered; both branches get goods of the same lot."""
    lots = env["stock.lot"]
    if product.tracking == "none":
        return lots
    lot = lots.search([("product_id", "=", product.id), ("name", "=", name)])
    expires_on = to_utc(today + timedelta(days=expires_in), 0)
    return lot or lots.create({"product_id": product.id, "name": name, "expiration_date": expires_on})


def _bring_to_treatment_rooms(env, branch, received):
    """Move the larger part of ``received`` from the store to the branch's treatment rooms."""
    operation = _warehouse(env, branch).int_type_id
    store = _warehouse(env, branch).lot_stock_id
    places = (store, branch.treatment_location_id)
    moves = [
        _move(branch, product, lot, max(1, round(quantity * TO_TREATMENT_ROOMS)), product.uom_id, *places)
        for product, lot, quantity in received
    ]
    _transfer(env, operation, moves, *places)


def _move(branch, product, lot, quantity, uom, source, destination):
    """Return the values of a stock move of ``quantity`` ``uom`` of ``lot``, all of it picked."""
    line = {
        "product_id": product.id,
        "product_uom_id": uom.id,
        "quantity": quantity,
        "lot_id": lot.id,
        "location_id": source.id,
        "location_dest_id": destination.id,
        "company_id": branch.id,
    }
    return {
        "product_id": product.id,
        "product_uom": uom.id,
        "product_uom_qty": quantity,
        "location_id": source.id,
        "location_dest_id": destination.id,
        "company_id": branch.id,
        "picked": True,
        "move_line_ids": [Command.create(line)],
    }


def _transfer(env, operation, moves, source, destination, partner=None):
    """Do a transfer of ``moves`` by the type of operation ``operation``."""
    picking = env["stock.picking"].create(
        {
            "picking_type_id": operation.id,
            "partner_id": partner and partner.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "move_ids": [Command.create(move) for move in moves],
        }
    )
    picking.action_confirm()
    picking.button_validate()
