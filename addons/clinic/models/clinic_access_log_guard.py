import re
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError

SQL_FOLDER = Path(__file__).parents[1] / "sql"
OWN_SCHEMA = SQL_FOLDER / "log.sql"
FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION clinic_log\.(\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)
# (table, trigger): the function that it calls
TRIGGERS = {
    ("clinic_access_log", "clinic_access_log_append_only"): "refuse",
    ("clinic_access_log_head", "clinic_access_log_head_stays"): "refuse",
    ("clinic_access_log_head", "clinic_access_log_head_onward"): "onward",
    ("clinic_change", "clinic_change_append_only"): "refuse",
    ("clinic_change_seal", "clinic_change_seal_append_only"): "refuse",
    ("clinic_change_head", "clinic_change_head_stays"): "refuse",
}


class ClinicAccessLog(models.Model):
    """The schema of the logs, whose it is, and what keeps it append-only below the ORM.

    The head holds the number and the hash of the last row, so that rows cut off from the end are missed. All writers
    queue up before it.
    """

    _inherit = "clinic.access.log"

    def init(self):
        """Make the schema, unless a superuser has made it: then it has to be the one that this code needs."""
        if not self._belongs_to_another():
            self.env.cr.execute(OWN_SCHEMA.read_text())
        elif not self._is_append_only():
            raise UserError(
                self.env._(
                    "The logs of this database belong to a role of their own, and this version of the clinic needs "
                    "another form of them. Let a superuser of PostgreSQL run %(first)s and then %(then)s in the "
                    "database %(database)s, and update again.",
                    first=OWN_SCHEMA,
                    then=SQL_FOLDER / "log_owner.sql",
                    database=self.env.cr.dbname,
                )
            )

    def _belongs_to_another(self):
        """Return whether the schema of the logs is there and belongs to another role than the application's."""
        self.env.cr.execute(
            "SELECT nspowner::regrole::text <> current_user FROM pg_namespace WHERE nspname = 'clinic_log'"
        )
        return bool(self.env.cr.rowcount and self.env.cr.fetchone()[0])

    def _is_append_only(self):
        """Return whether the database refuses to change and to delete rows."""
        return not self._missing_guards()

    def _missing_guards(self):
        """Return the names of triggers that are not there, or rest, and of functions that are not ours."""
        self.env.cr.execute(
            """
            SELECT c.relname, t.tgname, p.proname
              FROM pg_trigger t
              JOIN pg_class c ON c.oid = t.tgrelid
              JOIN pg_namespace s ON s.oid = c.relnamespace AND s.nspname = 'clinic_log'
              JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = s.oid
             WHERE t.tgenabled = 'A' AND NOT t.tgisinternal
            """
        )
        triggers = {(table, name): function for table, name, function in self.env.cr.fetchall()}
        self.env.cr.execute(
            "SELECT p.proname, p.prosrc FROM pg_proc p"
            " JOIN pg_namespace s ON s.oid = p.pronamespace AND s.nspname = 'clinic_log'"
        )
        functions = dict(self.env.cr.fetchall())
        return [
            *(name for (table, name), function in TRIGGERS.items() if triggers.get((table, name)) != function),
            *(name for name, body in FUNCTION.findall(OWN_SCHEMA.read_text()) if functions.get(name) != body),
        ]
