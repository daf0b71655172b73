from odoo import api, models
from odoo.tools import SQL

from odoo.addons.clinic.change_log import TRIGGER

TABLE = "clinic_commission_entry"
# What a month's statement does to 100,000 entries at once; that it was approved is in the log of the statement.
NOT_LOGGED = {"statement_id", "write_uid", "write_date"}


class ClinicChange(models.Model):
    """The change log records every change of an entry except that it joins a statement."""

    _inherit = "clinic.change"

    @api.model
    def _ensure_triggers(self, tables=None):
        super()._ensure_triggers(tables)
        logged = self._columns_logged()
        if not logged:
            return
        wanted = self._wanted_triggers()[TABLE]
        name, on = SQL.identifier(TRIGGER), SQL.identifier(TABLE)
        self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", name, on))
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER INSERT OR DELETE OR UPDATE OF %s ON %s"
                " FOR EACH ROW EXECUTE FUNCTION clinic_log.record_change(%s)",
                name,
                SQL(", ").join(map(SQL.identifier, logged)),
                on,
                SQL(", ").join(SQL("%s", argument) for argument in wanted),
            )
        )
        # As the log's own triggers: not even a session that plays a replica passes.
        self.env.cr.execute(SQL("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", on, name))

    @api.model
    def _columns_logged(self):
        """Return the columns whose changes are to be logged; nothing where the trigger has just these already."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.attname, a.attnum = ANY(t.tgattr)
                  FROM pg_attribute a
                  JOIN pg_trigger t ON t.tgrelid = a.attrelid AND t.tgname = %s
                 WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum
                """,
                TRIGGER,
                TABLE,
            )
        )
        logged = [name for name, _there in rows if name not in NOT_LOGGED]
        return [] if logged == [name for name, there in rows if there] else logged
