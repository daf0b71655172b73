"""Print a consent that somebody else has printed since this transaction began; say whether Odoo is to try again.

python tests/races/consent_late.py DATABASE UUID
"""

import json
import sys

import harness


def main(database, uuid):
    registry = harness.connect(database)
    from odoo.exceptions import ConcurrencyError  # can be imported once Odoo is connected

    with harness.committed(registry) as late:
        consent = late["clinic.consent"].search([("uuid", "=", uuid)])
        with harness.committed(registry) as faster:
            faster["clinic.consent.document"]._of(faster["clinic.consent"].browse(consent.ids))
        try:
            late["clinic.consent.document"]._of(consent)
            said = "printed"
        except ConcurrencyError:
            said = "again"
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
