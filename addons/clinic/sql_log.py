"""What the server's log says of a statement that the database refused: which one and why, never its values.

Odoo logs the whole statement and the database's answer, which repeats the row: notes, risks and names among them.
"""

import logging


class WithoutValues(logging.Filter):
    """Takes the values out of what is logged of a refused statement about the clinic's tables."""

    def filter(self, record):
        """Return True: every record is logged, some without their values."""
        if isinstance(record.args, tuple) and len(record.args) == 2 and str(record.msg).startswith("bad query"):
            query, error = record.args
            statement = query.decode(errors="replace") if isinstance(query, bytes) else str(query)
            if "clinic_" in statement:
                record.args = (_beginning(statement), _reason(error))
        return True


def _beginning(statement):
    """Return the statement up to its table.

    >>> _beginning('UPDATE "clinic_note" SET "body" = 1')
    'UPDATE "clinic_note" …'
    >>> _beginning('INSERT INTO "clinic_risk" ("description") VALUES (1)')
    'INSERT INTO "clinic_risk" …'
    """
    words = statement.split()
    end = next((number for number, word in enumerate(words) if "clinic_" in word), 0)
    # A table further on stands among the values, or behind them.
    return " ".join([*(words[: end + 1] if end < 3 else words[:1]), "…"])


def _reason(error):
    """Return the kind of ``error`` and the constraint it names, none of which holds a value."""
    diagnosis = getattr(error, "diag", None)
    named = (type(error).__name__, getattr(error, "pgcode", None), getattr(diagnosis, "constraint_name", None))
    return " ".join(filter(None, named))


def install():
    """Let Odoo's log of statements pass through the filter, once."""
    logger = logging.getLogger("odoo.sql_db")
    if not any(type(known).__name__ == WithoutValues.__name__ for known in logger.filters):
        logger.addFilter(WithoutValues())
