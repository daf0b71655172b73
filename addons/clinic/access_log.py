"""The table of the access log: how rows are chained, and how they get there in a transaction of their own."""

import hashlib
import json
from typing import NamedTuple

from psycopg2.extras import Json

from odoo import fields

# Anyone who holds the head of the chain needs milliseconds; who waits longer than this has a broken database.
LOCK_TIMEOUT = "10s"
START = "0" * 64


class Entry(NamedTuple):
    """What a row tells, apart from its number and its time."""

    user_id: int
    patient_id: int | None
    model: str
    action: str
    reason: str | None
    ip: str | None


def row_hash(before: str, sequence: int, at: str, *values) -> str:
    """Return the SHA-256 of a row's values and of the hash ``before`` it, as 64 hexadecimal digits.

    >>> row_hash(START, 1, "2026-01-31 09:00:00", 2, 3, "clinic.patient", "open", None, None)[:16]
    'b17fe0c30fc5537e'
    """
    return hashlib.sha256(json.dumps([before, sequence, at, *values]).encode()).hexdigest()


def append(registry, entries) -> list[Entry]:
    """Append ``entries`` to the log in a transaction of its own; return those whose people are not committed yet.

    Odoo's transactions see the database as it was at their first query. Taking a lock is no query, so this one sees
    the end of the chain as it is once nobody else is at it. It touches nothing that another transaction could hold.
    """
    if not entries:
        return []
    with registry.cursor() as cr:
        cr.execute("SET LOCAL lock_timeout = %s", [LOCK_TIMEOUT])
        cr.execute("LOCK TABLE clinic_log.clinic_access_log_queue IN SHARE ROW EXCLUSIVE MODE")
        known = _known(cr, entries)
        ready = [entry for entry in entries if known(entry)]
        if ready:
            _write(cr, ready)
        return [entry for entry in entries if not known(entry)]


def _known(cr, entries):
    """Return a function that tells whether an entry's user and patient are there for everybody."""
    cr.execute("SELECT id FROM res_users WHERE id = ANY(%s)", [[entry.user_id for entry in entries]])
    users = {id_ for (id_,) in cr.fetchall()}
    patient_ids = [entry.patient_id for entry in entries if entry.patient_id]
    cr.execute("SELECT id FROM clinic_patient WHERE id = ANY(%s)", [patient_ids])
    patients = {None, *(id_ for (id_,) in cr.fetchall())}
    return lambda entry: entry.user_id in users and entry.patient_id in patients


def _write(cr, entries):
    cr.execute("SELECT sequence, hash FROM clinic_log.clinic_access_log_head")
    last, digest = cr.fetchone()
    at = fields.Datetime.to_string(fields.Datetime.now())
    rows = []
    for sequence, entry in enumerate(entries, last + 1):
        digest = row_hash(digest, sequence, at, *entry)
        rows.append({"sequence": sequence, "at": at, **entry._asdict(), "hash": digest})
    # The table belongs to nobody who could change it; this function is all by which it grows.
    cr.execute("SELECT clinic_log.append_access(%s)", [Json(rows)])


def first_broken(rows, end, known=None) -> int | None:
    """Return the number of the first row that was changed, deleted or moved; None when the chain holds.

    :param rows: (sequence, at, user, patient, model, action, reason, ip, hash), by their sequence
    :param end: (sequence, hash) of the row that was written last
    :param known: {sequence: hash} that rows are known to have had: a chain that was written again has others
    """
    digest, expected, known = START, 1, known or {}
    for sequence, at, *values, written in rows:
        digest = row_hash(digest, sequence, fields.Datetime.to_string(at), *values)
        if sequence != expected or digest != written or known.get(sequence, written) != written:
            return expected
        expected += 1
    last = max([end[0], *known])
    if last == expected - 1 and digest == end[1]:
        return None
    return expected if expected <= last else max(last, 1)
