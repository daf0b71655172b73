from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import SEGMENTS, segment

# An answer is only ever added, by any way into the database; whose it is follows its visit when patients are merged.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_feedback_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    follows text[] := ARRAY['patient_id', 'create_uid', 'write_uid', 'write_date'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - follows = to_jsonb(NEW) - follows THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An answer of a patient never changes and stays: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER clinic_feedback_append_only BEFORE UPDATE OR DELETE ON clinic_feedback
    FOR EACH ROW EXECUTE FUNCTION clinic_feedback_is_append_only();
ALTER TABLE clinic_feedback ENABLE ALWAYS TRIGGER clinic_feedback_append_only;
CREATE OR REPLACE TRIGGER clinic_feedback_not_emptied BEFORE TRUNCATE ON clinic_feedback
    FOR EACH STATEMENT EXECUTE FUNCTION clinic_feedback_is_append_only();
ALTER TABLE clinic_feedback ENABLE ALWAYS TRIGGER clinic_feedback_not_emptied;
"""


class ClinicFeedback(models.Model):
    """What a patient has answered about one visit, once. Rows are only added.

    A comment may tell of the patient's health: it is read by managers and by who treated the patient in this visit.
    """

    _name = "clinic.feedback"
    _description = "Feedback"
    _inherit = ["clinic.confidential.mixin"]
    _order = "answered_at desc, id desc"

    visit_id = fields.Many2one("clinic.visit", required=True, readonly=True, ondelete="restrict", index=True)
    patient_id = fields.Many2one(related="visit_id.patient_id", store=True, precompute=True, index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, ondelete="restrict")
    message_id = fields.Many2one(
        "clinic.message",
        string="Asked By",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The message whose link was followed.",
    )
    answered_at = fields.Datetime(required=True, readonly=True)
    answered_on = fields.Date(string="Day", required=True, readonly=True, help="In the branch's time zone.")
    score = fields.Integer(required=True, readonly=True, aggregator=None, help="From 0 to 10.")
    segment = fields.Selection(SEGMENTS, required=True, readonly=True)
    question = fields.Char(readonly=True, help="The second question, as it was asked.")
    comment = fields.Text(readonly=True)
    wants_contact = fields.Boolean("Please Contact Me", readonly=True)
    lang = fields.Char("Language", readonly=True)
    page_key = fields.Char(readonly=True, copy=False, help="By it a page that is sent again is known.")
    is_trial = fields.Boolean("Trial", readonly=True, help="Asked in trial operation: it counts nowhere.")
    task_ids = fields.One2many("clinic.feedback.task", "feedback_id", string="Follow-up")

    _one_answer = models.UniqueIndex(
        "(visit_id, COALESCE(is_trial, FALSE))", "There is an answer about this visit already."
    )
    _day_idx = models.Index("(company_id, answered_on)")
    _score_range = models.Constraint("CHECK (score BETWEEN 0 AND 10)", "A score is from 0 to 10.")
    _segment_of_score = models.Constraint(
        "CHECK (segment = CASE WHEN score <= 6 THEN 'detractor' WHEN score >= 9 THEN 'promoter' ELSE 'passive' END)",
        "0 to 6 is a detractor, 7 and 8 are passive, 9 and 10 a promoter.",
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    @api.depends("visit_id")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for feedback in self:
            feedback.display_name = feedback.visit_id.name or ""

    def write(self, vals):
        self.check_access("write")
        if vals.keys() - {"patient_id"} or not self.env.su:
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(self.env._("What a patient has answered stays as it is."))

    # -- answering ----------------------------------------------------------------------------------------------------

    @api.model
    def _store(self, message, values):
        """Store what the patient has answered by the link in ``message``; return it, or an empty one if it comes late.

        Who calls this has found the link to be good. Of two who answer at once the database takes one.

        :param values: score, comment, wants_contact and page_key, which were checked
        """
        # The holder of the link acts for the patient, for this visit's answer alone.
        answers = self.sudo()
        if not message._asks_for_feedback():
            return answers
        try:
            with self.env.cr.savepoint():
                answer = answers._clinic_writing().create(self._prepare_answer(message, values))
                answer.flush_recordset()
        except UniqueViolation:
            return answers
        answer = answers.browse(answer.id)
        answer._ask_to_follow_up()
        return answer

    @api.model
    def _prepare_answer(self, message, values):
        """Return the values of the answer to ``message``; other addons add theirs."""
        visit, now = message.visit_id, fields.Datetime.now()
        part = segment(values["score"])
        return {
            "visit_id": visit.id,
            "company_id": visit.company_id.id,
            "message_id": message.id,
            "answered_at": now,
            "answered_on": visit.company_id._clinic_local(now).date(),
            "segment": part,
            "question": self.env["clinic.feedback.question"]._texts()[part],
            "lang": self.env.lang,
            "is_trial": message.is_trial,
            **values,
        }

    @api.model
    def _of_visit(self, visit, is_trial):
        """Return the answer about ``visit``; those of trial operation stand by themselves."""
        # Whether there is one decides what a link is good for, no matter who asks.
        return self.sudo().search([("visit_id", "=", visit.id), ("is_trial", "=", is_trial)])

    def _ask_to_follow_up(self):
        """Make a task of this answer, if it is low or the patient wants to be contacted."""
        self.ensure_one()
        is_low = self.segment == "detractor"
        if self.is_trial:
            # Nobody is called because of a trial.
            return
        if is_low or self.wants_contact:
            reason = ("both" if self.wants_contact else "low") if is_low else "contact"
            self.env["clinic.feedback.task"]._open(self, reason)
