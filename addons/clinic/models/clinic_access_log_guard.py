from odoo import models
from odoo.tools import SQL

REFUSE = """
    CREATE OR REPLACE FUNCTION clinic_access_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The access log is append-only: % is refused', TG_OP;
    END $$
"""
ONWARD = """
    CREATE OR REPLACE FUNCTION clinic_access_log_onward() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.sequence <= OLD.sequence THEN
            RAISE EXCEPTION 'The access log is append-only: its end does not go back';
        END IF;
        RETURN NEW;
    END $$
"""
TABLES = """
    CREATE TABLE IF NOT EXISTS clinic_access_log (
        id serial PRIMARY KEY,
        sequence integer NOT NULL UNIQUE,
        at timestamp NOT NULL,
        user_id integer NOT NULL,
        patient_id integer,
        model varchar NOT NULL,
        action varchar NOT NULL,
        reason varchar,
        ip varchar,
        hash varchar(64) NOT NULL
    );
    CREATE INDEX IF NOT EXISTS clinic_access_log_user_idx ON clinic_access_log (user_id, at);
    CREATE INDEX IF NOT EXISTS clinic_access_log_patient_idx ON clinic_access_log (patient_id, at);
    CREATE TABLE IF NOT EXISTS clinic_access_log_head (
        id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
        sequence integer NOT NULL,
        hash varchar(64) NOT NULL
    );
    INSERT INTO clinic_access_log_head (sequence, hash) VALUES (0, repeat('0', 64)) ON CONFLICT DO NOTHING;
"""
# name: (table, when and what for)
TRIGGERS = {
    "clinic_access_log_append_only": (
        "clinic_access_log",
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON clinic_access_log"
        " FOR EACH STATEMENT EXECUTE FUNCTION clinic_access_log_refuse()",
    ),
    "clinic_access_log_head_stays": (
        "clinic_access_log_head",
        "BEFORE DELETE OR TRUNCATE ON clinic_access_log_head"
        " FOR EACH STATEMENT EXECUTE FUNCTION clinic_access_log_refuse()",
    ),
    "clinic_access_log_head_onward": (
        "clinic_access_log_head",
        "BEFORE UPDATE ON clinic_access_log_head FOR EACH ROW EXECUTE FUNCTION clinic_access_log_onward()",
    ),
}


class ClinicAccessLog(models.Model):
    """The tables of the log and what keeps them append-only below the ORM.

    The head holds the number and the hash of the last row, so that rows cut off from the end are missed. All writers
    queue up at it.
    """

    _inherit = "clinic.access.log"

    def init(self):
        """Make the tables and their triggers, on installation and wherever one is missing on an update."""
        cr = self.env.cr
        for statement in (TABLES, REFUSE, ONWARD):
            cr.execute(statement)
        for name in TRIGGERS.keys() - self._triggers():
            table, definition = TRIGGERS[name]
            trigger, on = SQL.identifier(name), SQL.identifier(table)
            cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, on))
            cr.execute(SQL("CREATE TRIGGER %s %s", trigger, SQL(definition)))
            # Not even a session that plays a replica, for which triggers usually rest, passes.
            cr.execute(SQL("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", on, trigger))

    def _triggers(self):
        """Return the names of the triggers that are there and never rest."""
        self.env.cr.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled = 'A'", [list(TRIGGERS)]
        )
        return {name for (name,) in self.env.cr.fetchall()}

    def _is_append_only(self):
        """Return whether the database refuses to change and to delete rows."""
        return self._triggers() == TRIGGERS.keys()
