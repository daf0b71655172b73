import os
import subprocess
import sys
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import config

from .. import configuration, engine

# Where this is set, a service of its own looks for what is due (see docker/compose.yaml).
SERVICE = "CLINIC_BACKUP_SERVICE"
HOUR, SINCE = "clinic_backup.hour", "clinic_backup.since"
NIGHT = 3


class ClinicBackup(models.Model):
    """What is due: what was asked for, the backup of each night, and its drill."""

    _inherit = "clinic.backup"

    @api.model
    def _night_began(self):
        """Return the moment (UTC) since which a backup of the last night is due: 3 a.m. in the clinic's zone.

        The parameter ``clinic_backup.hour`` says another hour of the day.
        """
        company = self.env["res.company"].sudo().search([("parent_id", "=", False)], order="id", limit=1)
        zone = company._clinic_timezone()
        said = self.env["ir.config_parameter"].sudo().get_param(HOUR, "")
        hour = int(said) if said.isdecimal() and int(said) < 24 else NIGHT
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        night = zone.localize(datetime.combine(now.date(), time(hour)))
        if night > now:
            night = zone.localize(datetime.combine(now.date() - timedelta(days=1), time(hour)))
        return night.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _since(self):
        """Return when backups of this clinic began to be made, or were to begin (UTC)."""
        parameters = self.env["ir.config_parameter"].sudo()
        said = parameters.get_param(SINCE)
        if not said:
            said = fields.Datetime.to_string(fields.Datetime.now())
            parameters.set_param(SINCE, said)
        return fields.Datetime.to_datetime(said)

    @api.model
    def _due(self):
        """Return [(kind, the row of who asked or none)] of what is to be done now, in that order."""
        if not configuration.is_set_up():
            return []
        due = [(row.kind, row) for row in self.search([("state", "=", "asked")], order="id")]
        kinds = {kind for kind, _row in due}
        night = self._night_began()
        is_new = night <= self._since()
        if "backup" not in kinds and not is_new and not self._has_begun("backup", night):
            due.append(("backup", self.browse()))
        last = self.search([("kind", "=", "backup"), ("snapshot", "!=", False)], limit=1)
        is_of_night = bool(last) and last.begun_at >= night and not is_new
        if "drill" not in kinds and is_of_night and not self._has_begun("drill", last.ended_at):
            due.append(("drill", self.browse()))
        return due

    @api.model
    def _has_begun(self, kind, since):
        return bool(self.search_count([("kind", "=", kind), ("begun_at", ">=", since)], limit=1))

    @api.model
    def _perform_due(self, say=engine.quiet):
        """Do what is due; return the rows."""
        done = self.browse()
        self._end_dead()
        # What comes takes long, and is none of this transaction.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        while due := [one for one in self._due() if one[1] not in done or not one[1]]:
            kind, row = due[0]
            done |= self._perform(kind, say=say, row=row)
            # Since then somebody may have asked for more; what was done is not due any more.
            self.env.invalidate_all()
        return done

    @api.model
    def _cron_due(self):
        """Where no service does so, start a process that does what is due."""
        if os.environ.get(SERVICE) or not self._due():
            return
        command = [sys.executable, "-m", "odoo", "backup", "due", "--database", self.env.cr.dbname]
        if config["config"]:
            command += ["--config", config["config"]]
        # Not of this server's life: a backup goes on while it is restarted.
        subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
