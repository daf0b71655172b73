from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..reasons import check_reason


class ClinicAccessAlarm(models.Model):
    """Something about the access to records that the privacy officer has to look at, until they say what it was.

    It raises itself; it names users and numbers, never patients or health data.
    """

    _name = "clinic.access.alarm"
    _description = "Access Alarm"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, id desc"

    kind = fields.Selection(
        [
            ("many", "Many patients in a short time"),
            ("tampered", "The log was tampered with"),
            ("unprotected", "The log is not protected"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", index="btree_not_null")
    begun_at = fields.Datetime(string="From", required=True, readonly=True, default=fields.Datetime.now)
    ended_at = fields.Datetime(string="To", readonly=True)
    patient_count = fields.Integer(string="Patients", readonly=True)
    details = fields.Text(readonly=True)
    finding = fields.Char(help="What it was: the privacy officer's or the manager's words.")
    state = fields.Selection(
        [("open", "To review"), ("reviewed", "Reviewed")], required=True, readonly=True, default="open", index=True
    )
    reviewed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    reviewed_at = fields.Datetime(readonly=True)

    @api.depends("kind", "user_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for alarm in self:
            alarm.display_name = ": ".join(filter(None, [alarm.user_id.name, kinds.get(alarm.kind)]))

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: an alarm raises itself."""
        if not self.env.su:
            raise AccessError(self.env._("An alarm raises itself: it is neither added, changed nor deleted."))
        return super().create(vals_list)

    def write(self, vals):
        """Only the finding is written by hand, until the alarm was reviewed."""
        if not self.env.su and (vals.keys() - {"finding"} or "reviewed" in self.mapped("state")):
            raise AccessError(self.env._("An alarm raises itself: it is neither added, changed nor deleted."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("An alarm raises itself: it is neither added, changed nor deleted."))

    @api.model
    def _raise(self, vals_list):
        """Raise alarms and ask each privacy officer to look at them; one that is open for the same is not repeated."""
        alarms = self.sudo().with_context(mail_create_nolog=True)
        known = {(alarm.kind, alarm.user_id.id) for alarm in alarms.search([("state", "=", "open")])}
        made = alarms.create([vals for vals in vals_list if (vals["kind"], vals.get("user_id", False)) not in known])
        for officer in self.env.ref("clinic.group_privacy_officer").sudo().all_user_ids.filtered("active"):
            # No caller's context keeps the activity from being planned.
            for alarm in made.with_context(lang=officer.lang, mail_activity_automation_skip=False):
                alarm.activity_schedule(
                    "mail.mail_activity_data_todo", summary=alarm.env._("Review an access alarm"), user_id=officer.id
                )
        return made.with_env(self.env)

    def action_review(self):
        """Close these alarms; each needs its finding in words, by somebody other than the user whom it names."""
        self.check_access("write")
        for alarm in self:
            if alarm.user_id == self.env.user:
                raise AccessError(self.env._("An alarm about yourself is reviewed by somebody else."))
            check_reason(self.env, alarm.finding, self.env._("Write down what it was before you close the alarm."))
        # Who may was checked above.
        alarms = self.sudo().filtered(lambda alarm: alarm.state == "open")
        alarms.write({"state": "reviewed", "reviewed_by_id": self.env.uid, "reviewed_at": fields.Datetime.now()})
        alarms.activity_ids.action_done()

    def action_open_rows(self):
        """Open what the user did in that time."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic.clinic_access_log_action")
        span = [("at", ">=", self.begun_at), ("at", "<=", self.ended_at or self.begun_at)]
        return {**action, "domain": [("user_id", "=", self.user_id.id), *span], "context": {}}
