import shutil
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, config

from odoo.addons.clinic_backup.models.clinic_backup_watch import LONGEST

# Beyond these, somebody should look.
CRON_LATE, OUTBOX_LATE = timedelta(minutes=30), timedelta(minutes=15)
DISK_LEAST = 0.05
DAY = timedelta(days=1)


class Check(NamedTuple):
    """One part of the system.

    ``key`` is its name for monitors and ``name`` for people, ``text`` what was found, ``figures`` {metric: value} in
    the base units of Prometheus (seconds, bytes, 0 or 1).
    """

    key: str
    name: str
    is_well: bool
    text: str
    figures: dict[str, float]


class ClinicHealth(models.AbstractModel):
    """Whether the parts work of which the clinic's system consists; nothing of a patient is in it."""

    _name = "clinic.health"
    _description = "System Health"

    @api.model
    def _checks(self):
        """Return the checks, in the order of the page; other addons add theirs."""
        return [
            self._check_database(),
            self._check_schedule(),
            self._check_outbox(),
            self._check_backup(),
            self._check_drill(),
            self._check_disk(),
        ]

    @api.model
    def _ago(self, moment):
        """Return the seconds since ``moment`` (UTC), never less than none."""
        return max(0.0, (fields.Datetime.now() - moment).total_seconds()) if moment else 0.0

    @api.model
    def _minutes(self, seconds):
        return self.env._("%s minutes", round(seconds / 60)) if seconds < 7200 else self._hours(seconds)

    @api.model
    def _hours(self, seconds):
        return self.env._("%s hours", round(seconds / 3600))

    @api.model
    def _check_database(self):
        [(size,)] = self.env.execute_query(SQL("SELECT pg_database_size(current_database())"))
        text = self.env._("%s MB", round(size / 1e6))
        return Check("database", self.env._("Database"), True, text, {"clinic_database_bytes": size})

    @api.model
    def _check_schedule(self):
        """How long the action waits that should have run first."""
        now = fields.Datetime.now()
        crons = self.env["ir.cron"].sudo()
        first = crons.search([("nextcall", "<", now)], order="nextcall", limit=1)
        late = self._ago(first.nextcall)
        is_well = late < CRON_LATE.total_seconds()
        text = self.env._("On time") if is_well else f"{first.cron_name}: {self._minutes(late)}"
        return Check("schedule", self.env._("Scheduled actions"), is_well, text, {"clinic_schedule_late_seconds": late})

    @api.model
    def _check_outbox(self):
        """How long the message waits that should have left first, and how many failed within a day."""
        rows, now = self.env["clinic.message"].sudo(), fields.Datetime.now()
        due = [("state", "=", "queued"), ("channel", "in", ("email", "sms")), ("send_at", "<=", now)]
        waiting = rows.search_count(due)
        oldest = rows.search(due, order="send_at", limit=1).send_at
        failed = rows.search_count([("state", "=", "failed"), ("write_date", ">", now - DAY)])
        late = self._ago(oldest)
        text = self.env._("%(waiting)s waiting, %(failed)s failed since yesterday", waiting=waiting, failed=failed)
        figures = {
            "clinic_outbox_waiting": waiting,
            "clinic_outbox_late_seconds": late,
            "clinic_outbox_failed_last_day": failed,
        }
        return Check("outbox", self.env._("Messages"), late < OUTBOX_LATE.total_seconds(), text, figures)

    @api.model
    def _check_backup(self):
        rows = self.env["clinic.backup"].sudo()
        last = rows._last()
        age = self._ago(last.ended_at or rows._since())
        text = self.env._("%s ago", self._hours(age)) if last else self.env._("None yet")
        figures = {"clinic_backup_age_seconds": age, "clinic_backup_bytes": last.size * 1e6}
        return Check("backup", self.env._("Last backup"), age < LONGEST.total_seconds(), text, figures)

    @api.model
    def _check_drill(self):
        rows = self.env["clinic.backup"].sudo()
        last = rows.search([("kind", "=", "drill"), ("state", "in", ("done", "failed"))], limit=1)
        is_well = last.state != "failed"
        text = self.env._("Not tried yet")
        if last:
            text = self.env._("Restored in %s seconds", round(last.seconds)) if is_well else self.env._("Failed")
        return Check("drill", self.env._("Last drill"), is_well, text, {"clinic_drill_ok": float(is_well)})

    @api.model
    def _check_disk(self):
        """How much room is left where attachments, photos and documents are kept."""
        found = shutil.disk_usage(config["data_dir"])
        text = self.env._("%s GB free", round(found.free / 1e9, 1))
        is_well = found.free / found.total > DISK_LEAST
        return Check("disk", self.env._("Disk"), is_well, text, {"clinic_disk_free_bytes": found.free})
