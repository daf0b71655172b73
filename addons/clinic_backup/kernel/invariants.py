import re
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parents[1] / "sql" / "invariants.sql"
_ONE = re.compile(r"^-- name: (?P<name>.+)\n-- needs: (?P<needs>.+)\n(?P<statement>[^;]+);", re.MULTILINE)


class Invariant(NamedTuple):
    """What always holds: its name in words, the tables it needs, and the statement that finds where it does not."""

    name: str
    tables: tuple[str, ...]
    statement: str


def invariants():
    """Return all invariants of the file, in its order."""
    return [
        Invariant(found["name"], tuple(found["needs"].split(", ")), found["statement"].strip())
        for found in _ONE.finditer(FILE.read_text())
    ]


def broken(cursor):
    """Yield in words what does not hold in the database of ``cursor``."""
    for one in invariants():
        cursor.execute("SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest(%s) AS name", [list(one.tables)])
        if not cursor.fetchone()[0]:
            continue
        cursor.execute(one.statement)
        if rows := cursor.fetchall():
            yield f"does not hold for {len(rows)}, the first one is {rows[0][0]}: {one.name}"
