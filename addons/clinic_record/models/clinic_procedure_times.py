from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_moment, a_text, takes
from odoo.addons.clinic.reasons import check_reason

_lt = LazyTranslate(__name__)

# What is known from the taps on Start and Finish can be corrected for so long after the end.
CORRECTION_TIME = timedelta(days=1)


class ClinicProcedure(models.Model):
    """When a procedure really began and ended: by the taps, or as who treated has corrected it, with a reason."""

    _inherit = "clinic.procedure"

    times_reason = fields.Char(string="Times Corrected Because", copy=False, readonly=True)
    times_user_id = fields.Many2one(
        "res.users", string="Times Corrected By", copy=False, readonly=True, ondelete="restrict"
    )
    can_correct_times = fields.Boolean(compute="_compute_can_correct_times")

    def _compute_can_correct_times(self):
        for procedure in self:
            procedure.can_correct_times = procedure.state in ("in_progress", "done") and procedure._may_correct_times()

    def _may_correct_times(self):
        """Return whether the user treated the patient, or manages those who do."""
        user = self.env.user
        # Whose procedure it is, everybody knows who sees it.
        return user.has_group("clinic.group_manager") or self.practitioner_id.sudo().user_id == user

    @takes(
        started_at=a_moment(optional=True, says=_lt("Enter day and time.")),
        done_at=a_moment(optional=True, says=_lt("Enter day and time.")),
        reason=a_text(optional=True),
    )
    def correct_times(self, started_at, done_at, reason):
        """Note when this procedure really began, and ended where it is done.

        :param started_at: when it began, UTC
        :param done_at: when it ended, UTC; nothing while the patient is in treatment
        :param reason: why it differs from the taps, in words
        :raises AccessError: for who neither treated the patient nor is a manager
        :raises UserError: the times make no sense, or it is too late to correct them
        """
        self.ensure_one()
        self.check_access("read")
        if not self._may_correct_times():
            raise AccessError(self.env._("Only who treated the patient, or a manager, corrects the times."))
        reason = check_reason(self.env, reason, self.env._("Say why the times are corrected."))
        self._check_times(started_at, done_at)
        facts = {"started_at": started_at, "times_reason": reason, "times_user_id": self.env.uid}
        if self.state == "done":
            facts["done_at"] = done_at
        # The right to do so was checked; managers do not change the procedure otherwise.
        self.sudo()._write_facts(facts)
        return True

    def _check_times(self, started_at, done_at):
        """Raise ``UserError`` for times that cannot be right."""
        now, local = fields.Datetime.now(), self.company_id._clinic_local
        if self.state not in ("in_progress", "done"):
            raise UserError(self.env._("The times are corrected once the treatment has begun."))
        if self.state == "done" and self.done_at and now - self.done_at > CORRECTION_TIME:
            raise UserError(self.env._("Times can be corrected for a day after the end. Amend the note instead."))
        if not started_at or (self.state == "done" and not done_at):
            raise UserError(self.env._("Enter when the treatment began and when it ended."))
        if started_at > now or (done_at and done_at > now):
            raise UserError(self.env._("The treatment cannot have begun or ended in the future."))
        if self.state == "done" and done_at <= started_at:
            raise UserError(self.env._("The treatment ends after it begins."))
        day = local(self.started_at or self.start).date()
        if any(local(moment).date() != day for moment in (started_at, done_at) if moment):
            raise UserError(
                self.env._("The treatment took place on %s: enter times of that day.", format_date(self.env, day))
            )

    def action_correct_times(self):
        """Open the dialog that asks for the real times."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the Times"),
            "res_model": "clinic.procedure.times",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_procedure_id": self.id,
                "default_started_at": fields.Datetime.to_string(self.started_at),
                "default_done_at": fields.Datetime.to_string(self.done_at) if self.done_at else False,
                "dialog_size": "medium",
            },
        }
