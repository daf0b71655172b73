from odoo import api, models
from odoo.orm.models import MAGIC_COLUMNS
from odoo.tools import SQL

from ..change_log import CHAT, CHAT_FIELDS, NATIVE, SECRET, TRIGGER
from ..locked import declared


class ClinicChange(models.Model):
    """The triggers by which the change log is written: on every table of the clinic, without anybody naming it."""

    _inherit = "clinic.change"

    def _register_hook(self):
        """Put a trigger on each table that has none, whenever an addon was installed or updated."""
        super()._register_hook()
        if self.env.registry.updated_modules:
            self._ensure_triggers()

    @api.model
    def _logged_models(self):
        """Return the models whose changes are logged."""
        return [
            model
            for name, model in self.env.items()
            if model._clinic_is_logged()
            and model._auto
            and not (model._abstract or model._transient or model._table_query)
        ]

    @api.model
    def _wanted_triggers(self):
        """Return {table: arguments of its trigger} of the models and of the tables that link their records."""
        # Of a user's rights one asks from the user.
        logged = sorted(self._logged_models(), key=lambda model: (model._name != "res.users", model._name))
        wanted = {
            model._table: (model._name, "id", ",".join(SECRET.get(model._name, ())), self._unsaid(model), "", "")
            for model in logged
        }
        for model in logged:
            for field in model._fields.values():
                if field.type == "many2many" and field.store and not field.comodel_name.startswith(CHAT):
                    wanted.setdefault(field.relation, (model._name, field.column1, "", "", field.name, field.column2))
        return wanted

    @api.model
    def _unsaid(self, model):
        """Return the columns that are left out: who and when stands beside them, or they follow from others."""
        follow = {
            field.name for field in model._fields.values() if field.store and field.compute and field.readonly
        } - {"active"}
        marks = declared(model, "_clinic_unlogged_fields")
        return ",".join(sorted({*MAGIC_COLUMNS, *follow, *marks, *(CHAT_FIELDS & model._fields.keys())}))

    @api.model
    def _missing_triggers(self):
        """Return the tables, of those that are there, on which nothing writes the change log as it should."""
        wanted = self._wanted_triggers()
        found = self.env.execute_query(
            SQL(
                """
                SELECT c.relname, t.tgargs
                  FROM pg_class c
             LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = %s AND t.tgenabled = 'A'
                       AND t.tgfoid = to_regproc('clinic_log.record_change')
                 WHERE c.relname = ANY(%s) AND c.relkind = 'r' AND c.relnamespace = current_schema::regnamespace
                """,
                TRIGGER,
                list(wanted),
            )
        )
        return sorted(
            table
            for table, stored in found
            if stored is None or bytes(stored) != b"".join(argument.encode() + b"\0" for argument in wanted[table])
        )

    @api.model
    def _ensure_triggers(self, tables=None):
        """Put the right trigger on each logged table, and take it off those that are logged no more.

        :param tables: only these, which nobody else is waited for then
        """
        wanted = self._wanted_triggers()
        # Not off the tables of an addon that could not be loaded: nobody has said that they are logged no more.
        if tables is None:
            self._drop_triggers({model._table for model in self.env.values()} - wanted.keys())
        for table in self._missing_triggers():
            if tables is not None and table not in tables:
                continue
            name, on = SQL.identifier(TRIGGER), SQL.identifier(table)
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", name, on))
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s AFTER INSERT OR UPDATE OR DELETE ON %s"
                    " FOR EACH ROW EXECUTE FUNCTION clinic_log.record_change(%s)",
                    name,
                    on,
                    SQL(", ").join(SQL("%s", argument) for argument in wanted[table]),
                )
            )
            # Not even a session that plays a replica passes.
            self.env.cr.execute(SQL("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", on, name))

    @api.model
    def _drop_triggers(self, tables=None):
        """Take the triggers off ``tables``; off all of them, where the addon is uninstalled."""
        found = self.env.execute_query(
            SQL(
                """
                SELECT c.relname
                  FROM pg_trigger t
                  JOIN pg_class c ON c.oid = t.tgrelid
                 WHERE t.tgname = %s AND NOT t.tgisinternal AND c.relnamespace = current_schema::regnamespace
                """,
                TRIGGER,
            )
        )
        for (table,) in found:
            if tables is None or table in tables:
                self.env.cr.execute(SQL("DROP TRIGGER %s ON %s", SQL.identifier(TRIGGER), SQL.identifier(table)))


class Base(models.AbstractModel):
    """Says who it is where Odoo stamps no row: when records are deleted or linked."""

    _inherit = "base"

    # False for what is a log itself.
    _clinic_logs_changes = True
    # Fields that only count or mark work for a scheduled action: nobody has changed anything.
    _clinic_unlogged_fields = ()

    def unlink(self):
        if self._clinic_is_logged():
            self._clinic_say_who()
        return super().unlink()

    def write(self, vals):
        if self._clinic_is_logged() and self._clinic_links(vals):
            self._clinic_say_who()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if self._clinic_is_logged() and any(map(self._clinic_links, vals_list)):
            self._clinic_say_who()
        return super().create(vals_list)

    def _clinic_is_logged(self):
        return self._clinic_logs_changes and (self._name.startswith("clinic.") or self._name in NATIVE)

    def _clinic_links(self, vals):
        return any(name in self._fields and self._fields[name].type == "many2many" for name in vals)

    def _clinic_say_who(self):
        self.env.cr.execute("SELECT set_config('clinic.uid', %s, true)", [str(self.env.uid)])
