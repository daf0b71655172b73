"""What is in a database, such that two of the same contents have the same facts.

``tables``   {"schema.table": [rows, sum of a hash of each row]}: one changed value is found
``sequences`` {"schema.sequence": last value}
``heads``    {log: [place, hash]}: the ends of the chains
``figures``  {name: text}: what people know their clinic by
"""

from psycopg2 import sql

SCHEMAS = ("public", "clinic_log")
# Settings by which values are written as text.
_AS_TEXT = (
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601';"
    " SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"
)
_HEADS = ("clinic_access_log_head", "clinic_change_head")
# Each is left out where the addon that has the table is not installed.
_FIGURES = {
    "patients": ("clinic_patient", "SELECT count(*) FROM clinic_patient"),
    "visits": ("clinic_visit", "SELECT count(*) FROM clinic_visit"),
    "procedures": ("clinic_procedure", "SELECT count(*) FROM clinic_procedure"),
    "consents": ("clinic_consent", "SELECT count(*) FROM clinic_consent"),
    "photos and documents": ("clinic_vault_file", "SELECT count(*) FROM clinic_vault_file"),
    "posted entries": ("account_move", "SELECT count(*) FROM account_move WHERE state = 'posted'"),
    "debit": (
        "account_move_line",
        "SELECT coalesce(sum(debit), 0) FROM account_move_line WHERE parent_state = 'posted'",
    ),
    "credit": (
        "account_move_line",
        "SELECT coalesce(sum(credit), 0) FROM account_move_line WHERE parent_state = 'posted'",
    ),
    "stock": (
        "stock_quant",
        "SELECT coalesce(sum(quantity), 0) FROM stock_quant q JOIN stock_location l ON l.id = q.location_id"
        " WHERE l.usage = 'internal'",
    ),
    "open vials": ("clinic_open_vial", "SELECT count(*) FROM clinic_open_vial WHERE state = 'open'"),
}


def gather(cursor):
    """Return the facts that the transaction of ``cursor`` sees."""
    cursor.execute(_AS_TEXT)
    return {
        "tables": _tables(cursor),
        "sequences": _sequences(cursor),
        "heads": _heads(cursor),
        "figures": _figures(cursor),
    }


def _tables(cursor):
    found = {}
    for schema, table in _names(cursor, "r"):
        place = sql.Identifier(schema, table)
        cursor.execute(
            sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} AS t").format(place)
        )
        found[f"{schema}.{table}"] = list(cursor.fetchone())
    return found


def _sequences(cursor):
    found = {}
    for schema, name in _names(cursor, "S"):
        cursor.execute(sql.SQL("SELECT last_value FROM {}").format(sql.Identifier(schema, name)))
        [found[f"{schema}.{name}"]] = cursor.fetchone()
    return found


def _names(cursor, kind):
    cursor.execute(
        "SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = ANY(%s) AND relkind = %s AND relpersistence = 'p' ORDER BY 1, 2",
        [list(SCHEMAS), kind],
    )
    return cursor.fetchall()


def _heads(cursor):
    found = {}
    for name in _HEADS:
        if _is_there(cursor, f"clinic_log.{name}"):
            cursor.execute(sql.SQL("SELECT sequence, hash FROM {}").format(sql.Identifier("clinic_log", name)))
            found[name] = list(cursor.fetchone() or [])
    return found


def _figures(cursor):
    found = {}
    for name, (table, query) in _FIGURES.items():
        if _is_there(cursor, table):
            cursor.execute(query)
            found[name] = str(cursor.fetchone()[0])
    return found


def _is_there(cursor, table):
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
    return cursor.fetchone()[0]


def differences(wanted, found):
    """Yield in words what ``found`` has otherwise than ``wanted``; nothing where both are the same."""
    for name in sorted({*wanted["tables"], *found["tables"]}):
        one, other = wanted["tables"].get(name), found["tables"].get(name)
        if one is None or other is None:
            yield f"table {name}: {'only in the copy' if one is None else 'missing'}"
        elif one[0] != other[0]:
            yield f"table {name}: {other[0]} rows instead of {one[0]}"
        elif one[1] != other[1]:
            yield f"table {name}: values differ in its {one[0]} rows"
    for kind in ("heads", "figures"):
        for name in sorted({*wanted[kind], *found[kind]}):
            one, other = wanted[kind].get(name), found[kind].get(name)
            if one != other:
                yield f"{name}: {other} instead of {one}"
    # They count on whatever a snapshot shows: the copy may be further, and never behind.
    for name, last in sorted(wanted["sequences"].items()):
        if found["sequences"].get(name, -1) < last:
            yield f"sequence {name}: {found['sequences'].get(name)} instead of {last}"
