"""Promises of the database about goods, below the ORM: triggers, since no constraint sees another table's rows.

Each refuses with the SQL state of a violated check constraint and a name, for which the model has the words.
"""

from odoo.tools import SQL

from . import book

CAUSE = "clinic_stock_exit_has_a_cause"
LOT = "clinic_stock_lot_may_go_out"
STOCK = "clinic_stock_not_below_zero"

# Goods leave the stock when they go from what is ours to anywhere that is not. Columns that only other addons have
# are read from the row as JSON, so that they are respected where they are installed.
_CAUSE = """
CREATE OR REPLACE FUNCTION clinic_stock_exit_has_a_cause() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    origin varchar := (SELECT usage FROM stock_location WHERE id = NEW.location_id);
    destination varchar := (SELECT usage FROM stock_location WHERE id = NEW.location_dest_id);
    more jsonb;
    caused boolean;
BEGIN
    IF origin NOT IN ('internal', 'transit') OR destination IN ('internal', 'transit') THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE p.id = NEW.product_id AND t.clinic_item
    ) THEN
        RETURN NEW;
    END IF;
    IF destination = 'customer' THEN
        more := to_jsonb(NEW);
        caused := NEW.clinic_visit_id IS NOT NULL
               OR more ->> 'sale_line_id' IS NOT NULL
               OR more ->> 'clinic_invoice_line_id' IS NOT NULL;
    ELSIF destination = 'supplier' THEN
        caused := NEW.origin_returned_move_id IS NOT NULL;
    ELSIF destination = 'inventory' THEN
        caused := NEW.is_inventory IS TRUE
               OR EXISTS (SELECT FROM stock_scrap_stock_scrap_reason_tag_rel r WHERE r.stock_scrap_id = NEW.scrap_id);
    END IF;
    IF caused IS NOT TRUE THEN
        RAISE EXCEPTION 'Stock move % takes a clinic item out of the stock without a cause', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clinic_stock_exit_has_a_cause', TABLE = 'stock_move';
    END IF;
    RETURN NEW;
END $$
"""
# It may be used until the end of its day of expiry in the branch of the move.
# The lot is read with a share lock: a lot that is blocked at this moment makes this transaction fail to serialize,
# and Odoo runs it again on what is true then.
_LOT = """
CREATE OR REPLACE FUNCTION clinic_stock_lot_may_go_out() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    origin varchar := (SELECT usage FROM stock_location WHERE id = NEW.location_id);
    destination varchar := (SELECT usage FROM stock_location WHERE id = NEW.location_dest_id);
    lot record;
    today date;
BEGIN
    IF origin NOT IN ('internal', 'transit') OR destination NOT IN ('internal', 'transit', 'customer', 'production')
       OR destination = 'internal' AND NOT EXISTS (
            SELECT FROM res_company
             WHERE treatment_location_id = NEW.location_dest_id AND NEW.location_id <> NEW.location_dest_id
       )
       OR NOT EXISTS (
            SELECT FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE p.id = NEW.product_id AND t.clinic_item
       )
    THEN
        RETURN NEW;
    END IF;
    SELECT clinic_blocked, clinic_expiry_day INTO lot FROM stock_lot WHERE id = NEW.lot_id FOR SHARE;
    SELECT (NEW.date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date INTO today
      FROM res_company company LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
     WHERE company.id = NEW.company_id;
    IF lot.clinic_blocked OR lot.clinic_expiry_day < today THEN
        RAISE EXCEPTION 'Lot % is expired or blocked', NEW.lot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clinic_stock_lot_may_go_out', TABLE = 'stock_move_line';
    END IF;
    RETURN NEW;
END $$
"""
_STOCK = """
CREATE OR REPLACE FUNCTION clinic_stock_not_below_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What was below zero before may come up, by however little.
    IF TG_OP = 'UPDATE' AND NEW.quantity >= OLD.quantity THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM stock_location WHERE id = NEW.location_id AND usage IN ('internal', 'transit'))
       AND EXISTS (
            SELECT FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE p.id = NEW.product_id AND t.clinic_item
       )
    THEN
        RAISE EXCEPTION 'Stock of product % would fall below zero', NEW.product_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clinic_stock_not_below_zero', TABLE = 'stock_quant';
    END IF;
    RETURN NEW;
END $$
"""
# name, which is the function's as well: (table, function, when)
GUARDS = {
    CAUSE: ("stock_move", _CAUSE, "INSERT OR UPDATE OF state", "NEW.state = 'done'"),
    LOT: (
        "stock_move_line",
        _LOT,
        "INSERT OR UPDATE OF state, lot_id, location_id, location_dest_id",
        "NEW.state = 'done' AND NEW.lot_id IS NOT NULL",
    ),
    STOCK: ("stock_quant", _STOCK, "INSERT OR UPDATE OF quantity", "NEW.quantity < 0"),
    **book.GUARDS,
}


def install(cr, name):
    """Have the guard ``name`` stand at its table."""
    if name in book.GUARDS:
        book.prepare(cr)
    table, function, events, condition = GUARDS[name]
    cr.execute(function)
    cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(name), SQL.identifier(table)))
    cr.execute(
        SQL(
            "CREATE TRIGGER %(name)s BEFORE %(events)s ON %(table)s FOR EACH ROW WHEN (%(condition)s)"
            " EXECUTE FUNCTION %(name)s()",
            name=SQL.identifier(name),
            table=SQL.identifier(table),
            events=SQL(events),
            condition=SQL(condition),
        )
    )


def is_violated(exc, name):
    """Return whether the guard ``name`` has raised ``exc``."""
    return exc.diag.constraint_name == name
