from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..reasons import check_reason

# Long enough for a working day, short enough to be asked again on the next.
LASTS = timedelta(hours=12)


class ClinicBreakGlass(models.Model):
    """Somebody's access, for a while and for a reason, to the record of a patient of another branch.

    The reason is for the privacy officer's eyes: it is never tracked.
    """

    _name = "clinic.break.glass"
    _description = "Access in an Emergency"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict", index=True)
    reason = fields.Char(required=True)
    until = fields.Datetime(required=True, readonly=True, help="When the access ends.")

    @api.depends("user_id.name", "patient_id.number")
    def _compute_display_name(self):
        # It stands in activities and mails, so it tells neither the reason nor the patient's name.
        for access in self:
            access.display_name = f"{access.user_id.name or ''}: {access.patient_id.number or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        # Who breaks the glass, and for how long, are facts, not inputs.
        own = {"user_id": self.env.uid, "until": fields.Datetime.now() + LASTS}
        question = self.env._("Say why you need this record now. The privacy officer reads it.")
        vals_list = [{**vals, "reason": check_reason(self.env, vals.get("reason"), question)} for vals in vals_list]
        accesses = super().create([{**vals, **own} for vals in vals_list])
        accesses.patient_id.invalidate_recordset(["glass_user_ids"])
        for access in accesses:
            self.env["clinic.access.log"]._log(access.patient_id, "break_glass", reason=access.reason)
        accesses._tell_privacy_officers()
        return accesses

    def write(self, vals):
        """Refuse: an access stays as it was taken."""
        self._refuse()
        return super().write(vals)

    def unlink(self):
        """Refuse: that an access was taken stays written down."""
        self._refuse()
        return super().unlink()

    def _refuse(self):
        raise AccessError(self.env._("An access in an emergency is neither changed nor deleted."))

    def _tell_privacy_officers(self):
        """Ask each privacy officer to look at these accesses; neither name nor reason stands in the activity."""
        # Whoever breaks the glass need not know the officers, nor may they plan activities for them.
        officers = self.env.ref("clinic.group_privacy_officer").sudo().all_user_ids.filtered("active")
        for officer in officers:
            # No caller's context keeps the activity from being planned.
            for access in self.sudo().with_context(lang=officer.lang, mail_activity_automation_skip=False):
                access.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=access.env._("Review an access in an emergency"),
                    user_id=officer.id,
                )

    def action_open_record(self):
        """Open the record to which this access admits."""
        return self.patient_id.action_open_record()
