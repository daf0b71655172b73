from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .. import configuration
from ..kernel.backup import LOCK, is_at_work

# Since the last backup; a night's may take two hours more than the one before.
LONGEST = timedelta(hours=26)
KEYS_DAYS = 7


class ClinicBackup(models.Model):
    """The watch: a backup that is missing, a run that was killed, and keys of which nobody has a copy are noticed."""

    _inherit = "clinic.backup"

    @api.model
    def _is_storing(self):
        """Return whether a backup stores this clinic's files at this moment; if not, it waits for this transaction."""
        [(is_free,)] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock_shared(%s)", LOCK))
        return not is_free

    @api.model
    def _end_dead(self):
        """Let runs fail whose process is gone: it was killed, or the machine was switched off."""
        # A process that has just begun may not work yet.
        a_while_ago = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        running = self.search([("state", "=", "running"), ("begun_at", "<", a_while_ago)])
        if running and not is_at_work(configuration.places(self.env.cr.dbname).work):
            text = self.env._("The process has ended before it was done: it was killed, or the machine was restarted.")
            running.write({"state": "failed", "ended_at": fields.Datetime.now(), "problems": text})
            for row in running:
                row._alarm()

    @api.model
    def _last(self, kind="backup", **words):
        """Return the last run of that kind that was done."""
        return self.search([("kind", "=", kind), ("state", "=", "done")], limit=1)

    @api.model
    def _is_overdue(self):
        """Return whether no backup has succeeded for 26 hours."""
        last = self._last().ended_at or self._since()
        return last < fields.Datetime.now() - LONGEST

    @api.model
    def _cron_watch(self):
        """Notify the managers of what is missing."""
        self._end_dead()
        alarms = self.env["clinic.access.alarm"]
        if self._is_overdue():
            if configuration.is_set_up():
                alarms._raise_backup(self.env._("No backup has succeeded for more than 26 hours."))
            else:
                alarms._raise_backup(self.env._("No backups are made: the configuration does not say where to."))
        week_ago = fields.Datetime.subtract(fields.Datetime.now(), days=KEYS_DAYS)
        if self.env["clinic.backup.key"].search_count([("is_confirmed", "=", False), ("create_date", "<", week_ago)]):
            alarms._raise_backup(
                self.env._(
                    "Nobody has confirmed that a copy of the keys lies elsewhere: without them no backup can be opened."
                )
            )
