from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class ClinicFeedbackTask(models.Model):
    """A low answer, or a patient who wants to be contacted: open until a manager has written down what was done."""

    _name = "clinic.feedback.task"
    _description = "Feedback to Follow Up"
    _inherit = ["clinic.confidential.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"

    feedback_id = fields.Many2one("clinic.feedback", required=True, readonly=True, ondelete="restrict")
    visit_id = fields.Many2one(related="feedback_id.visit_id", store=True, precompute=True)
    patient_id = fields.Many2one(related="feedback_id.patient_id", store=True, precompute=True, index=True)
    patient_phone = fields.Char(related="patient_id.phone", string="Phone")
    company_id = fields.Many2one(related="feedback_id.company_id", store=True, precompute=True, string="Branch")
    reason = fields.Selection(
        [
            ("low", "Low score"),
            ("contact", "Wants to be contacted"),
            ("both", "Low score, wants to be contacted"),
        ],
        required=True,
        readonly=True,
    )
    score = fields.Integer(related="feedback_id.score")
    question = fields.Char(related="feedback_id.question")
    comment = fields.Text(related="feedback_id.comment")
    answered_at = fields.Datetime(related="feedback_id.answered_at", store=True, precompute=True)
    is_trial = fields.Boolean(related="feedback_id.is_trial", string="Trial")
    state = fields.Selection([("open", "Open"), ("done", "Done")], required=True, readonly=True, default="open")
    note = fields.Text("What Was Done", help="E.g. when the patient was called, and what was agreed.")
    closed_at = fields.Datetime("Done On", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", string="Done By", readonly=True, copy=False, ondelete="restrict")

    _of_answer_uniq = models.UniqueIndex("(feedback_id)", "There is a task for this answer already.")
    _open_idx = models.Index("(company_id) WHERE state = 'open'")
    _done_says_what = models.Constraint(
        "CHECK (state = 'open' OR (closed_at IS NOT NULL AND closed_by_id IS NOT NULL AND trim(note) != ''))",
        "Say what was done.",
    )

    @api.depends("visit_id")
    def _compute_display_name(self):
        # Neutral: the name reaches activities and their mails.
        for task in self:
            task.display_name = task.visit_id.name or ""

    @api.model
    def _open(self, feedback, reason):
        """Return a new task of ``feedback``; the branch's manager gets it at once, in neutral words."""
        # The answer of a patient, who has no rights and no address to write from, makes it.
        tasks = self.with_user(SUPERUSER_ID)
        manager = feedback.company_id._clinic_feedback_manager()
        task = tasks.create({"feedback_id": feedback.id, "reason": reason}).with_context(lang=manager.lang)
        task.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=feedback.answered_on,
            user_id=manager.id,
            summary=task.env._("Look at the feedback of a patient"),
        )
        return task

    def write(self, vals):
        # What was found when it was closed stays.
        if "note" in vals and not self._clinic_may_write_locked() and any(task.state == "done" for task in self):
            self.check_access("write")
            raise UserError(self.env._("This is done already: what was done stays as it was written."))
        return super().write(vals)

    def action_close(self):
        """Note that these are done, by the note that says what was."""
        self.check_access("write")
        for task in self:
            if task.state == "done":
                raise UserError(self.env._("This is done already, by %s.", task.sudo().closed_by_id.name))
            if not (task.note or "").strip():
                raise UserError(self.env._("First write down what was done."))
        closed = {"state": "done", "closed_at": fields.Datetime.now(), "closed_by_id": self.env.uid}
        self._clinic_writing().write(closed)
        # Who it was given to: it is done.
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return True
