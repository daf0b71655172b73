from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, html2plaintext

from ..change_log import NATIVE, PERSONAL


class ClinicChange(models.Model):
    """Who changed what, when, from what to what; written by the database (see ``sql/log.sql``), never by the ORM.

    The old and new values are shown to those who may read the record, field by field: manager and privacy officer see
    that a note was amended, by whom and when, and read it only where they could read the note.
    """

    _name = "clinic.change"
    _description = "Change"
    _auto = False
    _log_access = False
    _order = "id desc"
    _rec_name = "model"
    _table_query = (
        "SELECT id, at, model, res_id, action, user_id, role, tx::text AS transaction FROM clinic_log.clinic_change"
    )

    at = fields.Datetime(string="Time", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, help="Empty: somebody in the database itself.")
    role = fields.Char(string="Database Role", readonly=True)
    action = fields.Selection(
        [("create", "Created"), ("write", "Changed"), ("unlink", "Deleted")], string="What Happened", readonly=True
    )
    model = fields.Char(readonly=True, help="The kind of record, by its technical name.")
    record_kind = fields.Char(string="Kind", compute="_compute_record_kind")
    res_id = fields.Many2oneReference(string="Record Number", model_field="model", readonly=True)
    transaction = fields.Char(readonly=True, help="What was changed in one go has the same.")
    record_name = fields.Char(string="Record", compute="_compute_changes")
    changes = fields.Text(compute="_compute_changes")

    @api.depends("model")
    def _compute_record_kind(self):
        for row in self:
            kind = self.env["ir.model"]._get(row.model) if row.model in self.env else None
            row.record_kind = kind.name if kind else row.model

    @api.depends("record_kind")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.record_kind} {row.res_id or ''}"

    # -- closed -------------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: rows come from the database alone."""
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: what happened stays as it was written down."""
        self._refuse()
        return super().write(vals)

    def unlink(self):
        """Refuse: what happened stays written down."""
        self._refuse()
        return super().unlink()

    def _refuse(self):
        raise AccessError(self.env._("The change log writes itself: its rows are neither added, changed nor deleted."))

    # -- values -------------------------------------------------------------------------------------------------------

    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_changes(self):
        stored = {
            id_: (old or {}, new or {})
            for id_, old, new in self.env.execute_query(
                SQL("SELECT id, old, new FROM clinic_log.clinic_change WHERE id = ANY(%s)", self.ids)
            )
        }
        by_model = defaultdict(self.browse)
        for row in self:
            by_model[row.model] |= row
        hidden = self.env._("Not shown: you may not read this record.")
        for name, rows in by_model.items():
            # Prices, taxes, rights and settings: who sees the log sees them, whatever else they may open.
            reader = self.sudo() if name in NATIVE - PERSONAL else self
            readable, gone = reader._readable(name, rows)
            for row in rows:
                record = readable.get(row.res_id)
                row.record_name = record.display_name if record else ""
                may = record is not None or (row.res_id in gone and reader._may_read_deleted(name))
                row.changes = reader._told(name, *stored.get(row.id, ({}, {}))) if may else hidden

    @api.model
    def _readable(self, name, rows):
        """Return {id: record} of those of ``rows`` that the user may read, and the ids of those that are deleted."""
        if name not in self.env:
            return {}, set()
        records = self.env[name].with_context(active_test=False).browse(set(rows.mapped("res_id")) - {False})
        # Whether a record is there is no secret from the check that protects it.
        there = records.sudo().exists().with_env(records.env)
        allowed = there._filtered_access("read")
        if allowed and hasattr(allowed, "_note_reading"):
            allowed._note_reading()
        return {record.id: record for record in allowed}, set((records - there).ids)

    @api.model
    def _may_read_deleted(self, name):
        """Of a deleted record nobody knows who may read it: those who read all of its kind, not parts of records."""
        return self.env[name].has_access("read") and not hasattr(self.env[name], "_confidential_patients")

    @api.model
    def _told(self, name, old, new):
        """Return a line for each field that the user may read: its label, the old and the new value."""
        model = self.env[name]
        lines = []
        for key in sorted({*old, *new}):
            field = model._fields.get(key)
            if field is None or not model._has_field_access(field, "read"):
                continue
            before, after = (self._value_text(model, field, values.get(key)) for values in (old, new))
            label = field._description_string(self.env)
            lines.append(f"{label}: {before} → {after}" if old else f"{label}: {after}")
        return "\n".join(lines)

    @api.model
    def _value_text(self, model, field, value):
        if value is None or (value is False and field.type != "boolean"):
            return "–"
        if value == "***":
            return self.env._("(secret)")
        if isinstance(value, dict) and field.translate:
            value = value.get(self.env.lang) or value.get("en_US") or ""
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type == "selection":
            return str(dict(field._description_selection(self.env)).get(value, value))
        if field.type in ("many2one", "many2many"):
            return self._link_text(field, value)
        if field.type == "datetime":
            zone = self.env.company._clinic_timezone().zone
            return format_datetime(self.env, str(value).replace("T", " ")[:19], tz=zone)
        if field.type == "date":
            return format_date(self.env, str(value)[:10])
        return html2plaintext(value).strip() if field.type == "html" else str(value)

    @api.model
    def _link_text(self, field, value):
        linked = self.env[field.comodel_name].browse(value)
        # Its name is read by the user's own right, no matter who reads the rest.
        known = linked.sudo().exists().with_env(self.sudo(False).env)._filtered_access("read")
        return known.display_name if known else f"#{value}"

    # -- from the record ----------------------------------------------------------------------------------------------

    @api.model
    def _open_history(self):
        """Return the action that lists the changes of the records from which it was called."""
        self.check_access("read")
        name, ids = self.env.context.get("active_model"), self.env.context.get("active_ids")
        if name not in self.env or not isinstance(ids, list) or not all(type(id_) is int for id_ in ids):
            raise UserError(self.env._("Open a record to see its history."))
        records = self.env[name].browse(ids)
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic.clinic_change_action")
        title = self.env._("History")
        return {**action, "name": title, "domain": list(self._history_domain(records)), "context": {}}

    @api.model
    def _history_domain(self, records):
        """Return which changes belong to the history of ``records``; other addons add what is part of them."""
        domain = Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
        for parent, link in records._inherits.items():
            # Which contact a patient has is no secret from who sees the history, whose values are checked one by one.
            parents = records.sudo().with_context(active_test=False).exists()[link]
            domain |= Domain("model", "=", parent) & Domain("res_id", "in", parents.ids)
        return domain
