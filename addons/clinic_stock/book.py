"""The stock book is closed: what was done to clinic items is changed by nobody but a return.

A move or move line is open for the transaction that makes it done, since Odoo itself writes its date, value and
links then; after that its facts stay. The mark of that transaction stands in a column that the ORM does not know, so
that no client can write it. What Odoo writes later (values, accounting, chains of moves) is free.
"""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

MARK = "clinic_done_in"
MARKED = ("stock_move", "stock_move_line")

MOVE_DONE = "clinic_stock_book_move_done"
LINE_DONE = "clinic_stock_book_line_done"
MOVE = "clinic_stock_book_move"
LINE = "clinic_stock_book_line"
PICKING = "clinic_stock_book_picking"
SCRAP = "clinic_stock_book_scrap"

# Columns that only other addons have are compared where they are installed.
CLOSED = {
    "stock_move": (
        "state",
        "date",
        "product_id",
        "product_uom",
        "quantity",
        "location_id",
        "location_dest_id",
        "company_id",
        "origin",
        "reference",
        "inventory_name",
        "picking_id",
        "scrap_id",
        "is_inventory",
        "origin_returned_move_id",
        "clinic_visit_id",
        "clinic_invoice_line_id",
        "purchase_line_id",
        "sale_line_id",
        "clinic_done_in",
    ),
    "stock_move_line": (
        "state",
        "date",
        "product_id",
        "product_uom_id",
        "quantity",
        "quantity_product_uom",
        "lot_id",
        "location_id",
        "location_dest_id",
        "package_id",
        "result_package_id",
        "owner_id",
        "move_id",
        "picking_id",
        "company_id",
        "clinic_user_id",
        "clinic_done_in",
    ),
    "stock_picking": (
        "state",
        "name",
        "origin",
        "date_done",
        "picking_type_id",
        "location_id",
        "location_dest_id",
        "company_id",
    ),
    "stock_scrap": (
        "state",
        "name",
        "origin",
        "date_done",
        "product_id",
        "product_uom_id",
        "scrap_qty",
        "lot_id",
        "package_id",
        "owner_id",
        "picking_id",
        "location_id",
        "scrap_location_id",
        "company_id",
        "clinic_vial_id",
        "clinic_witness_id",
    ),
}

# The number of the whole transaction, also within savepoints; with its time, since a restored database counts again.
_NOW = """
CREATE OR REPLACE FUNCTION clinic_stock_now() RETURNS varchar LANGUAGE sql STABLE AS $$
    SELECT txid_current() || '@' || extract(epoch FROM transaction_timestamp())
$$
"""
# What was done before there were marks is closed where its product is a clinic item.
_IS_CLOSED = """
CREATE OR REPLACE FUNCTION clinic_stock_is_closed(done_in varchar, product integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN done_in IS NOT NULL THEN done_in <> clinic_stock_now() ELSE EXISTS (
        SELECT FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE p.id = product AND t.clinic_item
    ) END
$$
"""
_DONE = """
CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'done' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE p.id = NEW.product_id AND t.clinic_item
    ) THEN
        NEW.clinic_done_in := clinic_stock_now();
    END IF;
    RETURN NEW;
END $$
"""
_CLOSED = """
CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    facts text[] := ARRAY[%(facts)s];
    before jsonb;
    after jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := to_jsonb(OLD);
        after := to_jsonb(NEW);
        IF NOT EXISTS (
            SELECT FROM unnest(facts) AS fact WHERE before -> fact IS DISTINCT FROM after -> fact
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    IF %(closed)s THEN
        RAISE EXCEPTION '%% %% is done and part of the stock book', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = '%(name)s', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""
_OWN = "clinic_stock_is_closed(OLD.clinic_done_in, OLD.product_id)"
_ITS_MOVES = """EXISTS (
        SELECT FROM stock_move m
         WHERE m.%s = OLD.id AND m.state = 'done' AND clinic_stock_is_closed(m.clinic_done_in, m.product_id)
    )"""
# name: (table, when it is closed)
_BOOK = {
    MOVE: ("stock_move", _OWN),
    LINE: ("stock_move_line", _OWN),
    PICKING: ("stock_picking", _ITS_MOVES % "picking_id"),
    SCRAP: ("stock_scrap", _ITS_MOVES % "scrap_id"),
}


def _closed(name):
    table, closed = _BOOK[name]
    facts = ", ".join(f"'{fact}'" for fact in CLOSED[table])
    return _CLOSED % {"name": name, "facts": facts, "closed": closed}


# As in ``guards.py``: name, which is the function's as well: (table, function, when, condition)
GUARDS = {
    MOVE_DONE: ("stock_move", _DONE % MOVE_DONE, "INSERT OR UPDATE OF state", "NEW.state = 'done'"),
    LINE_DONE: ("stock_move_line", _DONE % LINE_DONE, "INSERT OR UPDATE OF state", "NEW.state = 'done'"),
    **{
        name: (table, _closed(name), "UPDATE OR DELETE", "OLD.state = 'done'") for name, (table, _when) in _BOOK.items()
    },
}


def prepare(cr):
    """Have what the triggers of the book need: the marks, and the functions that read them."""
    for table in MARKED:
        if not column_exists(cr, table, MARK):
            create_column(cr, table, MARK, "varchar")
    cr.execute(_NOW)
    cr.execute(_IS_CLOSED)


def take_away(cr):
    """Remove what ``prepare`` has made; the triggers are gone."""
    cr.execute("DROP FUNCTION IF EXISTS clinic_stock_is_closed(varchar, integer)")
    cr.execute("DROP FUNCTION IF EXISTS clinic_stock_now()")
    for table in MARKED:
        cr.execute(SQL("ALTER TABLE %s DROP COLUMN IF EXISTS %s", SQL.identifier(table), SQL.identifier(MARK)))
