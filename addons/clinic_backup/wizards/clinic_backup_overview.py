from odoo import api, fields, models

from .. import configuration
from ..models.clinic_backup_due import NIGHT

NIGHTS = 30


class ClinicBackupOverview(models.TransientModel):
    """One page: whether the clinic could be brought back, as of which moment, and how long that takes."""

    _name = "clinic.backup.overview"
    _description = "Backups"

    state = fields.Selection(
        [
            ("off", "No backups are made"),
            ("new", "The first backup is made tonight"),
            ("good", "Backed up, and proven to restore"),
            ("untried", "Backed up, not tried yet"),
            ("late", "The last backup is more than 26 hours old"),
            ("bad", "The last drill has failed"),
        ],
        compute="_compute_state",
    )
    last_id = fields.Many2one("clinic.backup", string="Last Backup", compute="_compute_last")
    last_at = fields.Datetime(string="State of the Clinic in It", related="last_id.stored_at")
    last_size = fields.Float(related="last_id.size")
    last_added = fields.Float(related="last_id.added")
    last_seconds = fields.Float(related="last_id.seconds", string="Took (s)")
    place = fields.Char(related="last_id.place")
    drill_id = fields.Many2one("clinic.backup", string="Last Drill", compute="_compute_last")
    drill_state = fields.Selection(related="drill_id.state", string="Result of the Drill")
    drill_seconds = fields.Float(related="drill_id.seconds", string="Restored in (s)")
    night_hour = fields.Integer(string="Every Night at", compute="_compute_last")
    run_ids = fields.Many2many("clinic.backup", string="Runs", compute="_compute_last")
    key_ids = fields.Many2many("clinic.backup.key", string="Keys", compute="_compute_last")
    are_keys_safe = fields.Boolean(compute="_compute_last")

    def _compute_display_name(self):
        self.display_name = self.env._("Backups")

    def _compute_last(self):
        rows = self.env["clinic.backup"]
        for page in self:
            page.last_id = rows.search([("kind", "=", "backup"), ("snapshot", "!=", False)], limit=1)
            page.drill_id = rows.search([("kind", "=", "drill"), ("state", "in", ("done", "failed"))], limit=1)
            page.run_ids = rows.search([], limit=NIGHTS)
            page.key_ids = self.env["clinic.backup.key"].search([])
            page.are_keys_safe = all(page.key_ids.mapped("is_confirmed"))
            page.night_hour = NIGHT

    @api.depends("last_id", "drill_id")
    def _compute_state(self):
        for page in self:
            page.state = page._state_now()

    def _state_now(self):
        if not (configuration.is_set_up() or self.last_id):
            return "off"
        if self.env["clinic.backup"]._is_overdue():
            return "late"
        if not self.last_id:
            return "new"
        if self.drill_id.state == "failed":
            return "bad"
        return "good" if self.drill_id.state == "done" else "untried"

    @api.model
    def action_open(self):
        """Open the page."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Backups"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_back_up(self):
        """Ask for a backup."""
        return self._asked("backup")

    def action_drill(self):
        """Ask for a drill of the last backup."""
        return self._asked("drill")

    def action_check(self):
        """Ask that everything that is stored is read."""
        return self._asked("check")

    def _asked(self, kind):
        self.env["clinic.backup"]._request(kind)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("It begins within a minute. What becomes of it stands below then."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_confirm_keys(self):
        """Say that a copy of all keys, as they are now, lies elsewhere."""
        self.key_ids.action_confirm()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
