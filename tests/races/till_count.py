"""A count that was read before its till was closed is written after it.

python tests/races/till_count.py DATABASE
"""

import sys

import harness
import till

from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.service.model import retrying


def prepare(registry):
    """Return the ids of a count in which 7 were found, and of its line of a note."""
    with harness.committed(registry) as env:
        branch, journal = till.prepare(env)
        count = env["clinic.till.closing"].search([("journal_id", "=", journal), ("company_id", "=", branch)])
        note = env["clinic.till.denomination"].create({"currency_id": count.currency_id.id, "value": 1000})
        line = env["clinic.till.count"].create({"closing_id": count.id, "denomination_id": note.id})
        return count.id, line.id


def write_late(registry, count, line):
    """Write the quantity in a transaction that began before the till was closed, and return what came of it."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        quantity = env["clinic.till.count"].browse(line)
        assert quantity.closing_id.state == "counting"
        with harness.committed(registry) as other:
            other["clinic.till.closing"].browse(count).action_close()
        try:
            retrying(lambda: quantity.write({"quantity": 3}), env)
        except UserError as error:
            return str(error)
    return "written"


def main(database):
    registry = harness.connect(database)
    count, line = prepare(registry)
    word = write_late(registry, count, line)
    with harness.committed(registry) as env:
        closing = env["clinic.till.closing"].browse(count)
        harness.report([], outcome=word, state=closing.state, counted=closing.counted, left=closing.float_left)


if __name__ == "__main__":
    main(sys.argv[1])
