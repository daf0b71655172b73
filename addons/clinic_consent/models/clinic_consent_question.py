from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import MOST_ANSWER, QUESTIONS

LOCK = """
CREATE OR REPLACE FUNCTION clinic_consent_question_is_locked() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT FROM clinic_consent_version
         WHERE id IN (OLD.version_id, NEW.version_id) AND state != 'draft'
    ) THEN
        RAISE EXCEPTION 'A question of a published consent text never changes.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER clinic_consent_question_is_locked
    BEFORE INSERT OR UPDATE OR DELETE ON clinic_consent_question
    FOR EACH ROW EXECUTE FUNCTION clinic_consent_question_is_locked();
ALTER TABLE clinic_consent_question ENABLE ALWAYS TRIGGER clinic_consent_question_is_locked;
"""


class ClinicConsentQuestion(models.Model):
    """What a patient is asked before signing; an answer can stop: then nobody signs before a practitioner has come."""

    _name = "clinic.consent.question"
    _description = "Question of a Consent Text"
    _order = "sequence, id"

    version_id = fields.Many2one("clinic.consent.version", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    label = fields.Char(string="Question", required=True)
    kind = fields.Selection(QUESTIONS, required=True, default="yes_no")
    choices = fields.Text(help="One a line.")
    mandatory = fields.Boolean(default=True)
    stop_answer = fields.Char(
        string="Stops If", help="The answer with which nobody signs: yes, no, or one of the choices as it is written."
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    @api.depends("label")
    def _compute_display_name(self):
        for question in self:
            question.display_name = question.label

    @api.constrains("kind", "choices", "stop_answer")
    def _check_choices(self):
        """A choice has at least two answers, and what stops is one of those that can be given."""
        for question in self:
            possible = question._possible()
            if question.kind == "choice" and len(set(possible)) < 2:
                raise ValidationError(self.env._("“%s” needs at least two choices, one a line.", question.label))
            if question.stop_answer and question.stop_answer not in possible:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” stops at “%(answer)s”, which nobody can answer. Possible: %(possible)s.",
                        question=question.label,
                        answer=question.stop_answer,
                        possible=", ".join(possible) or "–",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        ids = {vals["version_id"] for vals in vals_list if vals.get("version_id")}
        self._check_draft(self.env["clinic.consent.version"].browse(ids))
        return super().create(vals_list)

    def write(self, vals):
        versions = self.version_id
        if vals.get("version_id"):
            versions |= versions.browse(vals["version_id"])
        self._check_draft(versions)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_draft(self):
        """What is part of a published text stays."""
        self._check_draft(self.version_id)

    @api.model
    def _check_draft(self, versions):
        # Whether a text is published is no secret from who tries to change its questions.
        if any(version.state != "draft" for version in versions.sudo().exists()):
            raise UserError(self.env._("The questions of a published text never change. Press “New Version” there."))

    def _possible(self):
        """Return the answers that can be chosen; none where text is written."""
        if self.kind == "yes_no":
            return ["yes", "no"]
        lines = (self.choices or "").splitlines() if self.kind == "choice" else []
        return [line.strip() for line in lines if line.strip()]

    def _facts(self):
        """Return what a patient sees of this question, ready for the hash."""
        return {
            "id": self.id,
            "label": self.label,
            "kind": self.kind,
            "choices": self._possible() if self.kind == "choice" else [],
            "mandatory": self.mandatory,
            "stop": self.stop_answer or None,
        }

    def _take(self, answer):
        """Return ``answer`` as it is kept, None for none; raise ``ValueError`` when it cannot be one."""
        if answer is None or answer == "":
            return None
        if not isinstance(answer, str) or len(answer) > MOST_ANSWER:
            raise ValueError("answer")
        answer = answer.strip()
        if self.kind != "text" and answer not in self._possible():
            raise ValueError("answer")
        return answer or None
