from datetime import timedelta
from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import SQL

from ..access_log import Entry, append

# Reloading, saving and stepping back and forth within this time is one opening; a new day always begins a new one.
ONE_OPENING = timedelta(minutes=5)
# What is read of a record that was just opened, or again of the same kind within this time, is one reading.
ONE_READING = timedelta(hours=1)
# A try at thousands of records at once is one try: this many patients tell it well enough.
MOST_DENIED = 100


class ClinicAccessLog(models.Model):
    """Who looked at which patient's record, when, how and why; no health values.

    Rows are only ever appended, by ``_log``: the ORM refuses everything else, the database refuses to change or to
    delete them in a schema that belongs to a role of its own, and each row carries a hash over its values and the hash
    of the row before. User and patient are no foreign keys: to check these, the log would wait for anyone who holds the
    rows they point to.
    """

    _name = "clinic.access.log"
    _description = "Access Log"
    _auto = False
    _table_query = "SELECT * FROM clinic_log.clinic_access_log"
    _log_access = False
    _order = "sequence desc"
    _rec_name = "sequence"

    sequence = fields.Integer(string="Number", readonly=True)
    at = fields.Datetime(string="Time", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    patient_id = fields.Many2one("clinic.patient", readonly=True)
    model = fields.Char(readonly=True, help="The kind of record, by its technical name.")
    record_kind = fields.Char(string="What", compute="_compute_record_kind")
    action = fields.Selection(
        [
            ("open", "Opened"),
            ("list", "Listed"),
            ("export", "Exported"),
            ("print", "Printed"),
            ("denied", "Denied"),
            ("override", "Overridden"),
            ("break_glass", "Emergency Access"),
            ("merge", "Merged"),
            ("unmerge", "Merge Undone"),
        ],
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    ip = fields.Char(string="IP Address", readonly=True)
    hash = fields.Char(string="SHA-256", readonly=True, help="Over this row's values and the hash of the row before.")

    @api.depends("model")
    def _compute_record_kind(self):
        for row in self:
            kind = self.env["ir.model"]._get(row.model) if row.model in self.env else None
            row.record_kind = kind.name if kind else row.model

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: rows come from ``_log`` alone."""
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
        raise AccessError(self.env._("The access log writes itself: its rows are neither added, changed nor deleted."))

    @api.model
    def _check_unmentioned(self, name, records):
        """Raise when one of ``records`` stands in the log as ``name``: there is no foreign key that would."""
        # Who deletes need not be the privacy officer.
        if row := self.sudo().search([(name, "in", records.ids)], limit=1):
            raise UserError(
                self.env._(
                    "%s stands in the access log and cannot be deleted. Archive it instead.", row[name].display_name
                )
            )

    @api.model
    def _log(self, patients, action, reason=None, model=None, within=ONE_OPENING):
        """Append a row for each of ``patients``, or one without a patient; it stays even if the caller rolls back.

        An opening that repeats one of the last minutes is not written again; nor is a reading in lists that belongs to
        an opened record, or repeats one, so that screens that are filled again do not drown the log. Raises when a row
        cannot be written: what cannot be logged must not happen.

        :param patients: ``clinic.patient`` records
        :param action: a key of the field ``action``
        :param reason: a text without health values
        :param model: the name of the model that was opened, exported …; ``clinic.patient`` if it is left out
        :param within: how long, on one day, openings of the same are one
        """
        if self.env.cr.readonly:
            # The request is then served again with a cursor that may write.
            raise psycopg2.errors.ReadOnlySqlTransaction("The access log has to be written")
        model = model or "clinic.patient"
        ip = request.httprequest.remote_addr if request else None
        ids = patients.ids or [None]
        if action in ("open", "list"):
            opened = self._just_opened(model, ip, within) if action == "open" else self._just_read(model, ip)
            ids = [id_ for id_ in ids if id_ not in opened]
        elif action == "denied":
            ids = ids[:MOST_DENIED]
        entries = [Entry(self.env.uid, id_, model, action, reason or None, ip) for id_ in ids]
        if early := append(self.env.registry, entries):
            # Anyone who makes the patient, or the user, has not committed yet; unless that comes, nothing has happened.
            self.env.cr.postcommit.add(partial(append, self.env.registry, early))

    @api.model
    def _just_opened(self, model, ip, within):
        """Return the ids of the patients whom this user has opened from there ``within`` that time of this day."""
        return self._patients_seen(ip, within, SQL("action = 'open' AND model = %s", model))

    @api.model
    def _just_read(self, model, ip):
        """Return the ids of the patients of whom this user has read ``model``, or whose record is open."""
        return self._patients_seen(
            ip,
            ONE_READING,
            SQL(
                "(action IN ('open', 'list', 'export') AND model = %s"
                " OR action = 'open' AND model = 'clinic.patient' AND at > %s)",
                model,
                fields.Datetime.now() - ONE_OPENING,
            ),
        )

    @api.model
    def _patients_seen(self, ip, within, condition):
        now = fields.Datetime.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        query = SQL(
            """
            SELECT patient_id
              FROM clinic_log.clinic_access_log
             WHERE user_id = %s AND at > %s AND ip IS NOT DISTINCT FROM %s AND %s
            """,
            self.env.uid,
            max(now - within, midnight),
            ip,
            condition,
        )
        return {patient_id for (patient_id,) in self.env.execute_query(query)}
