"""Drill a backup whose restored copy is changed behind its back, by SQL; print what the drill finds, as JSON.

python tests/races/backup_meddled.py DATABASE "STATEMENT"
"""

import json
import sys

import harness


def main(database, statement):
    harness.connect(database)
    from odoo.addons.clinic_backup import configuration, engine  # can be imported once Odoo is connected

    def meddle(copy):
        link = configuration.postgres().connect(copy)
        with link, link.cursor() as cursor:
            # As a superuser can, whatever guards the rows.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount == 1
        link.close()

    json.dump(engine.drill(database, meddle=meddle)["problems"], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
