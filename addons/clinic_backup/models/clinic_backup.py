import logging
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime

from .. import engine
from ..kernel import BackupError

_logger = logging.getLogger(__name__)
KINDS = [("backup", "Backup"), ("drill", "Drill"), ("check", "Check")]
# What became of it is kept so many days.
KEEP_DAYS = 400


class ClinicBackup(models.Model):
    """One run: a backup, the drill that restores one and compares it, or the check of all that is stored.

    It is written by the process that works, which is none of the web server's; nobody else changes it.
    """

    _name = "clinic.backup"
    _description = "Backup"
    _order = "id desc"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [("asked", "Requested"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    asked_by_id = fields.Many2one("res.users", string="Requested By", readonly=True, ondelete="restrict")
    begun_at = fields.Datetime(string="Started", readonly=True)
    ended_at = fields.Datetime(string="Ended", readonly=True, index=True)
    snapshot = fields.Char(string="Number", readonly=True, help="By which the backup is restored.")
    stored_at = fields.Datetime(
        string="State of the Clinic", readonly=True, help="What was entered later is not in it."
    )
    place = fields.Char(string="Kept At", readonly=True)
    seconds = fields.Float(readonly=True, digits=(16, 1))
    size = fields.Float(string="Size (MB)", readonly=True, digits=(16, 1), help="Database and files, as they are.")
    added = fields.Float(
        string="Added (MB)", readonly=True, digits=(16, 1), help="What this backup takes besides those before it."
    )
    file_count = fields.Integer(string="Files", readonly=True)
    figures = fields.Text(readonly=True)
    problems = fields.Text(readonly=True)

    _one_at_work = models.UniqueIndex(
        "(kind) WHERE state IN ('asked', 'running')", "This is requested already, or running."
    )

    @api.depends("kind", "begun_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            begun = format_datetime(self.env, row.begun_at, tz=self.env.user.tz) if row.begun_at else ""
            row.display_name = f"{kinds.get(row.kind, '')} {begun}".strip()

    # -- asking for one -----------------------------------------------------------------------------------------------

    @api.model
    def _request(self, kind="backup"):
        """Have the timer's process do it within a minute; who has asked already is not asked again.

        :raises AccessError: for anybody but managers
        """
        if not self.env.user.has_group("clinic.group_manager"):
            raise AccessError(self.env._("Backups are requested by managers."))
        # After the check above: nobody has the right to make such rows.
        rows = self.sudo()
        if not rows.search_count([("kind", "=", kind), ("state", "in", ("asked", "running"))]):
            rows.create({"kind": kind, "state": "asked", "asked_by_id": self.env.uid})
            rows.env.ref("clinic_backup.cron_due")._trigger()
        return True

    # -- doing it, in a process of its own ----------------------------------------------------------------------------

    @api.model
    def _perform(self, kind, backup=None, say=engine.quiet, row=None):
        """Do it, and keep what came of it, also where it fails; commits before and after. Return the row.

        No transaction is open while it works, which may take long.

        :param row: what was asked for; made here where nobody asked
        :raises BackupError: kind "running" where one of its kind has not ended
        """
        self._end_dead()
        if not row and self.search_count([("kind", "=", kind), ("state", "in", ("asked", "running"))]):
            raise BackupError("running", "This is asked for already, or has not ended.")
        row = row or self.create({"kind": kind, "state": "asked"})
        row.write({"state": "running", "begun_at": fields.Datetime.now(), "place": self._place()})
        self.env.cr.commit()  # pylint: disable=invalid-commit
        try:
            facts = self._work(kind, backup, say)
            vals = self._prepare_done(facts)
        except BackupError as error:
            vals = {"state": "failed", "problems": str(error)}
        except Exception as error:
            _logger.exception("A %s failed", kind)
            vals = {"state": "failed", "problems": f"{type(error).__name__}: {error}"}
        self.env.cr.rollback()
        self.env.invalidate_all()
        row.write({**vals, "ended_at": fields.Datetime.now()})
        self.env["clinic.backup.key"]._note()
        if row.state == "failed":
            row._alarm()
        self.env.cr.commit()  # pylint: disable=invalid-commit
        return row

    @api.model
    def _place(self):
        """Return where backups are kept, in words without a secret."""
        try:
            # An address such as rest:https://user:password@host opens the place to its readers.
            return re.sub(r"//[^/@]*@", "//", engine.configuration.repository().address)
        except BackupError:
            return False

    @api.model
    def _work(self, kind, backup, say):
        database = self.env.cr.dbname
        if kind == "backup":
            return engine.back_up(database, say)
        if kind == "drill":
            return engine.drill(database, backup, say)
        engine.check(database, say)
        return {}

    @api.model
    def _prepare_done(self, facts):
        """Return the values of a row of which the engine returned ``facts``."""
        megabytes = {name: facts.get(name, 0) / 1e6 for name in ("size", "added")}
        steps = {f"{name} (s)": seconds for name, seconds in facts.get("steps", {}).items()}
        figures = {**facts.get("figures", {}), **steps}
        return {
            "state": "failed" if facts.get("problems") else "done",
            "problems": "\n".join(facts.get("problems", [])) or False,
            "snapshot": facts.get("id"),
            "stored_at": fields.Datetime.to_datetime(facts["made_at"].replace("T", " "))
            if "made_at" in facts
            else False,
            "seconds": facts.get("seconds", 0),
            "file_count": facts.get("files", 0),
            "figures": "\n".join(f"{name}: {value}" for name, value in figures.items()) or False,
            **megabytes,
        }

    def _alarm(self):
        """Notify the managers that this run has failed."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        self.env["clinic.access.alarm"]._raise_backup(f"{kinds[self.kind]}: {self.problems}")

    def _as_text(self):
        """Return what became of this run, for the person who runs the server."""
        facts = {
            "number": self.snapshot,
            "state of the clinic": self.stored_at and f"{self.stored_at} UTC",
            "MB": self.size and round(self.size, 1),
            "MB added": self.added and round(self.added, 1),
            "seconds": self.seconds and round(self.seconds, 1),
        }
        lines = [f"{self.kind}: {self.state}", *(f"  {name}: {value}" for name, value in facts.items() if value)]
        lines += [f"  {line}" for line in (self.figures or "").splitlines()]
        lines += [f"  PROBLEM: {line}" for line in (self.problems or "").splitlines()]
        return "\n".join(lines)

    @api.autovacuum
    def _gc_old(self):
        """Forget runs of more than a year ago."""
        long_ago = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        self.sudo().search([("ended_at", "<", long_ago)]).unlink()
