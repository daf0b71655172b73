import logging
import os
import random
import string
from contextlib import contextmanager

from odoo.tools import SQL

# CLINIC_FORGED_CALLS=2000 makes more of them, CLINIC_FORGED_SEED others.
CALLS = int(os.environ.get("CLINIC_FORGED_CALLS") or 300)
SEED = os.environ.get("CLINIC_FORGED_SEED") or 2026
ODD = ("", "0", "x", "\0", "'", "é", "١٢", "🦷", "<script>", "%s%n", "../", "' OR 1=1 --", "{{7*7}}", "-1", "9" * 3000)


class ForgedMixin:
    """What anybody may send to pages that are open to all, and what must not come of it."""

    def setUp(self):
        super().setUp()
        self.dice = random.Random(SEED)

    def _odd(self):
        return self.dice.choice((*ODD, "".join(self.dice.choices(string.printable, k=self.dice.randint(1, 60)))))

    def _rows(self, tables):
        """Return all that stands in ``tables``, by which a test sees that nothing was written."""
        self.env.flush_all()
        query = "SELECT to_jsonb(t)::text FROM %s t ORDER BY id"
        return {table: self.env.execute_query(SQL(query, SQL.identifier(table))) for table in tables}

    @contextmanager
    def _listening(self):
        """Yield what is logged meanwhile as in production, each request and what goes wrong included."""
        lines, handler = [], logging.Handler()
        handler.emit = lambda record: lines.append((record, f"{record.getMessage()} {record.exc_text or ''}"))
        loggers = [logging.getLogger(name) for name in ("", "odoo", "werkzeug")]
        levels = [logger.level for logger in loggers]
        loggers[0].addHandler(handler)
        for logger in loggers[1:]:
            logger.setLevel(logging.INFO)
        try:
            yield lines
        finally:
            loggers[0].removeHandler(handler)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
