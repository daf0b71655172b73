from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from ..door import a_choice, a_text, takes
from ..reasons import check_reason

_lt = LazyTranslate(__name__)

OFFICER = "clinic.group_privacy_officer"
# In the context of an own check-in, which needs no words. An object, so that nobody can hand it over from outside.
OWN_CHECK_IN = object()

# Long enough for a working day, short enough to be asked again on the next.
LASTS = timedelta(hours=12)


class ClinicBreakGlass(models.Model):
    """Somebody's access, for a while and for a reason, to the record of a patient for whom others care.

    The reason is for the privacy officer's eyes: it is never tracked. Each access stands on the officer's list until
    one of them, other than who took it, has said what they think of it.
    """

    _name = "clinic.break.glass"
    _description = "Access in an Emergency"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _clinic_unlocked_fields = {"patient_id": "the patient whose record is asked for; an access is never changed"}

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict", index=True)
    reason = fields.Char(required=True)
    until = fields.Datetime(required=True, readonly=True, help="When the access ends.")
    kind = fields.Selection(
        [("emergency", "Emergency"), ("own_check_in", "Own Check-in")],
        required=True,
        readonly=True,
        default="emergency",
        help="An own check-in opens the record where one person books, checks in and treats.",
    )
    outcome = fields.Selection(
        [("justified", "Justified"), ("unjustified", "Not Justified")],
        readonly=True,
        index="btree_not_null",
        help="What the privacy officer thinks of it; empty until it was reviewed.",
    )
    review_note = fields.Char(string="Remark", readonly=True)
    reviewed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    reviewed_at = fields.Datetime(readonly=True)
    can_review = fields.Boolean(compute="_compute_can_review")

    _review_is_complete = models.Constraint(
        "CHECK (num_nulls(outcome, reviewed_by_id, reviewed_at) IN (0, 3))", "A review says who, when and what."
    )
    _reviewed_by_another = models.Constraint(
        "CHECK (reviewed_by_id != user_id)", "Nobody reviews their own access in an emergency."
    )

    @api.depends("user_id.name", "patient_id.number")
    def _compute_display_name(self):
        # It stands in activities and mails, so it tells neither the reason nor the patient's name.
        for access in self:
            access.display_name = f"{access.user_id.name or ''}: {access.patient_id.number or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        # Who breaks the glass, and for how long, are facts, not inputs.
        is_check_in = self.env.context.get("clinic_own_check_in") is OWN_CHECK_IN
        own = {
            "user_id": self.env.uid,
            "until": fields.Datetime.now() + LASTS,
            "kind": "own_check_in" if is_check_in else "emergency",
            **dict.fromkeys(("outcome", "review_note", "reviewed_by_id", "reviewed_at"), False),
        }
        question = self.env._("Say why you need this record now. The privacy officer reads it.")
        vals_list = [{**vals, "reason": check_reason(self.env, vals.get("reason"), question)} for vals in vals_list]
        accesses = super().create([{**vals, **own} for vals in vals_list])
        accesses.patient_id.invalidate_recordset(["emergency_user_ids"])
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
        # Anyone who breaks the glass need not know the officers, nor may they plan activities for them.
        officers = self.env.ref("clinic.group_privacy_officer").sudo().all_user_ids.filtered("active")
        for officer in officers:
            # No caller's context keeps the activity from being planned.
            for access in self.sudo().with_context(lang=officer.lang, mail_activity_automation_skip=False):
                access.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=access.env._("Review an access in an emergency"),
                    user_id=officer.id,
                )

    # -- review -------------------------------------------------------------------------------------------------------

    @api.depends("outcome", "user_id")
    @api.depends_context("uid")
    def _compute_can_review(self):
        is_officer = self.env.user.has_group(OFFICER)
        for access in self:
            access.can_review = is_officer and not access.outcome and access.user_id != self.env.user

    @takes(
        outcome=a_choice(("justified", "unjustified"), says=_lt("Say whether the access was justified.")),
        note=a_text(),
    )
    def review(self, outcome, note=None):
        """Note what the privacy officer thinks of these accesses.

        :param outcome: "justified" or "unjustified"
        :param note: a remark in words; what is not justified needs one
        :raises AccessError: for those who are no privacy officers
        :raises UserError: for an own access, or one that was reviewed already
        """
        self.check_access("read")
        if not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Emergency access is reviewed by a privacy officer."))
        if outcome == "unjustified" or note:
            note = check_reason(self.env, note, self.env._("Say why it was not justified, and what follows from it."))
        for access in self:
            if access.user_id == self.env.user:
                raise UserError(self.env._("This is your own access: another privacy officer reviews it."))
            if access.outcome:
                raise UserError(self.env._("%s has reviewed this access already.", access.sudo().reviewed_by_id.name))
        # The right to review was checked; officers write nothing else.
        reviewed = self.sudo()
        review = {"outcome": outcome, "review_note": note or False}
        super(ClinicBreakGlass, reviewed).write(
            {**review, "reviewed_by_id": self.env.uid, "reviewed_at": fields.Datetime.now()}
        )
        reviewed.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_justified(self):
        """Note that these accesses were justified."""
        return self.review("justified")

    def action_unjustified(self):
        """Ask why this access was not justified."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Justified"),
            "res_model": "clinic.break.glass.review",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_access_ids": self.ids, "dialog_size": "medium"},
        }

    def action_open_record(self):
        """Open the record to which this access admits."""
        return self.patient_id.action_open_record()
