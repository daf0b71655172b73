"""A product with a million done moves: copies of moves that were really done, so each column is filled as by them."""

from datetime import timedelta
from types import SimpleNamespace

from clinic_data import ClinicMaker, checked_together, copy_row, find_clinic, in_clinic, last_id, zone_of_noon

from odoo import Command, fields

NAME = "stock"
YEARS = 10
# A vial is received, brought to the treatment rooms and used up in so many procedures; a lot has so many vials.
VIAL, DOSE = 100, 12.5
DOSES, VIALS, LOTS = 8, 100, 1_000
# Of each lot so much is once scrapped, and found again at a count.
LOST = 10
# A visit uses up a vial, and a patient comes so often.
VISITS = 10
TABLES = [
    "res_partner",
    "clinic_patient",
    "clinic_visit",
    "stock_lot",
    "stock_quant",
    "stock_move",
    "stock_move_line",
    "stock_scrap",
    "clinic_consumption",
]


def make_small(env):
    """Make a clinic that has received, transferred, used, scrapped and counted one product."""
    maker = ClinicMaker(env, NAME, zone_of_noon())
    clinic = maker.make(2, 2, 2)
    warehouse_user, _manager = (maker._user(role, f"clinic.group_{role.lower()}") for role in ("Warehouse", "Manager"))
    env = in_clinic(env, clinic)
    warehouse = env["stock.warehouse"].create({"name": NAME, "code": "BENCH", "company_id": clinic.branch})
    lot = env["stock.lot"].create({"name": "B0", "product_id": _make_product(env).id, "company_id": clinic.branch})
    lot, warehouse = (record.with_user(warehouse_user) for record in (lot, warehouse))
    treatment_rooms = env.company._get_treatment_location()
    suppliers = env.ref("stock.stock_location_suppliers")
    _transfer(warehouse.in_type_id, lot, suppliers, warehouse.lot_stock_id)
    _transfer(warehouse.int_type_id, lot, warehouse.lot_stock_id, treatment_rooms)
    _started_procedure(env, clinic).consume(lot.product_id, DOSE, lot=lot)
    _lose_and_find(lot, treatment_rooms)
    env.flush_all()
    add_lots(env, 1)


def make_large(env):
    """Add 1,002,000 older moves."""
    add_lots(env, LOTS)


def add_lots(env, lots):
    """Add ``lots`` of that product that are used up by now, with 1,002 older moves each."""
    stock = find_stock(env)
    vials = lots * VIALS
    with checked_together(env.cr, TABLES):
        stock.lots = _copy_lots(stock, lots)
        stock.visits = _copy_visits(stock, vials)
        for move, count, vial in (
            (stock.moves[0], vials, "n - 1"),
            (stock.moves[1], vials, "n - 0.9"),
            (stock.moves[2], vials * DOSES, f"(n - 1) / {DOSES} + (n - 1) %% {DOSES} * 0.1 + 0.2"),
            (stock.moves[3], lots, f"n * {VIALS} - 0.95"),
            (stock.moves[4], lots, f"n * {VIALS} - 0.93"),
        ):
            _copy_moves(stock, move, count, vial, timedelta(days=365 * YEARS) / vials)


def find_stock(env) -> SimpleNamespace:
    """Return what ``make_small`` made, in an environment of the branch; ``moves`` in the order of its docstring."""
    clinic = find_clinic(env, NAME)
    env = in_clinic(env, clinic)
    lot = env["stock.lot"].search([("name", "=", "B0"), ("company_id", "=", clinic.branch)])
    first = env["stock.move"].search([("product_id", "=", lot.product_id.id)], order="id", limit=5)
    users = env["res.users"]
    return SimpleNamespace(
        env=env,
        lot=lot,
        product=lot.product_id,
        moves=first,
        warehouse=users.search([("login", "=", f"{NAME} Warehouse")]),
        manager=users.search([("login", "=", f"{NAME} Manager")]),
    )


def _make_product(env):
    unit = env["uom.uom"].create({"name": "U"})
    vial = env["uom.uom"].create({"name": "Vial", "relative_uom_id": unit.id, "relative_factor": VIAL})
    return env["product.product"].create(
        {
            "name": "Toxin",
            "type": "consu",
            "is_storable": True,
            "clinic_item": True,
            "tracking": "lot",
            "uom_id": unit.id,
            "uom_ids": [Command.link(vial.id)],
            "standard_price": 100,
        }
    )


def _transfer(picking_type, lot, source, target):
    """Move one vial of ``lot`` by a transfer, as the warehouse does."""
    places = {"location_id": source.id, "location_dest_id": target.id}
    product = lot.product_id
    move = {"product_id": product.id, "product_uom": product.uom_ids.id, "product_uom_qty": 1, **places}
    picking = lot.env["stock.picking"].create(
        {"picking_type_id": picking_type.id, "move_ids": [Command.create(move)], **places}
    )
    picking.action_confirm()
    picking.move_ids.write({"quantity": 1, "picked": True})
    picking.move_line_ids.lot_id = lot
    picking.button_validate()


def _started_procedure(env, clinic):
    doctor = env["clinic.practitioner"].browse(clinic.practitioners[0])
    treatment = env["product.template"].browse(clinic.treatment)
    visit = env["clinic.visit"].book_walk_in(clinic.patient, treatment, doctor.id)
    visit.action_start()
    return visit.procedure_ids.with_user(doctor.user_id)


def _lose_and_find(lot, location):
    """Scrap some of ``lot``, and find it again at a count."""
    scrap = lot.env["stock.scrap"].create(
        {
            "product_id": lot.product_id.id,
            "lot_id": lot.id,
            "scrap_qty": LOST,
            "location_id": location.id,
            "scrap_reason_tag_ids": lot.env["stock.scrap.reason.tag"].search([], limit=1).ids,
        }
    )
    scrap.do_scrap()
    quant = lot.env["stock.quant"].search([("lot_id", "=", lot.id), ("location_id", "=", location.id)])
    quant.with_context(inventory_mode=True).inventory_quantity = quant.quantity + LOST
    quant.action_apply_inventory()


def _copy_lots(stock, count):
    """Copy the lot, with what has come of it from suppliers and gone to patients; return the offset of the ids."""
    env = stock.env
    _plan(env, count)
    lots = copy_row(env.cr, stock.lot, name=f"'B' || {last_id(env.cr, 'stock_lot')} + n")
    for quant in env["stock.quant"].sudo().search([("lot_id", "=", stock.lot.id)]):
        used = quant.location_id.usage in ("supplier", "customer")
        copy_row(
            env.cr,
            quant,
            lot_id=f"{lots} + n",
            quantity=f"sign(o.quantity) * {VIAL * VIALS if used else 0}",
            reserved_quantity="0",
        )
    env.cr.execute("DROP TABLE plan")
    return lots


def _copy_visits(stock, count):
    """Copy the visit ``count`` times, and its patient for every ten of them; return the offset of the visits' ids."""
    env, visit = stock.env, stock.moves[2].clinic_visit_id
    _plan(env, count // VISITS)
    partners = copy_row(env.cr, visit.patient_id.partner_id)
    number = f"'S' || {last_id(env.cr, 'clinic_patient')} + n"
    patients = copy_row(env.cr, visit.patient_id, partner_id=f"{partners} + n", number=number)
    env.cr.execute("DROP TABLE plan")
    _plan(env, count)
    visits = last_id(env.cr, "clinic_visit")
    copy_row(env.cr, visit, name=f"'S' || {visits} + n", patient_id=f"{patients} + 1 + n %% {count // VISITS}")
    env.cr.execute("DROP TABLE plan")
    return visits


def _plan(env, count):
    env.cr.execute(f"CREATE TEMPORARY TABLE plan ON COMMIT DROP AS SELECT n FROM generate_series(1, {count}) AS n")


def _copy_moves(stock, move, count, vial, step):
    """Copy ``move`` with its line and what belongs to it ``count`` times.

    :param vial: SQL of how many vials have been used up by the time of number ``n``
    :param step: how long a vial lasts
    """
    env = stock.env
    env.flush_all()
    env.cr.execute(
        f"""
        CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
        SELECT n, {stock.lots} + 1 + floor(({vial}) / {VIALS})::int AS lot_id,
               date_trunc('second', %(start)s::timestamp + %(step)s * ({vial})) AS date
          FROM generate_series(1, %(count)s) AS n
        """,
        {
            "count": count,
            "start": fields.Datetime.now() - timedelta(days=365 * YEARS + 1),
            "step": step,
        },
    )
    values = {"date": "plan.date"}
    if move.scrap_id:
        scraps = copy_row(env.cr, move.scrap_id, name="'SP/' || n", lot_id="plan.lot_id", date_done="plan.date")
        env.cr.execute(
            "INSERT INTO stock_scrap_stock_scrap_reason_tag_rel (stock_scrap_id, stock_scrap_reason_tag_id)"
            " SELECT %s + n, %s FROM plan",
            [scraps, move.scrap_id.scrap_reason_tag_ids.id],
        )
        values.update(scrap_id=f"{scraps} + n", reference="'SP/' || n")
    if move.clinic_visit_id:
        visit = f"{stock.visits} + 1 + (n - 1) / {DOSES}"
        values.update(clinic_visit_id=visit, origin=f"'S' || {visit}")
    moves = copy_row(env.cr, move, **values)
    line = {"move_id": f"{moves} + n", "lot_id": "plan.lot_id", "date": "plan.date"}
    copy_row(env.cr, move.move_line_ids, **line)
    for consumption in env["clinic.consumption"].search([("move_id", "=", move.id)]):
        copy_row(env.cr, consumption, **line)
    env.cr.execute("DROP TABLE plan")
