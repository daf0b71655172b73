from odoo import api, fields, models

from odoo.addons.clinic_consent.const import LANGUAGES

LOCK = """
CREATE OR REPLACE FUNCTION clinic_intake_text_is_locked() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT FROM clinic_intake_question question
          JOIN clinic_intake_version version ON version.id = question.version_id
         WHERE question.id IN (OLD.question_id, NEW.question_id) AND version.state != 'draft'
    ) THEN
        RAISE EXCEPTION 'A question of a published questionnaire never changes.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER clinic_intake_text_is_locked
    BEFORE INSERT OR UPDATE OR DELETE ON clinic_intake_text
    FOR EACH ROW EXECUTE FUNCTION clinic_intake_text_is_locked();
ALTER TABLE clinic_intake_text ENABLE ALWAYS TRIGGER clinic_intake_text_is_locked;
"""


class ClinicIntakeText(models.Model):
    """A question in another language than English; a patient reads it on a server without that language."""

    _name = "clinic.intake.text"
    _description = "Intake Question in a Language"
    _order = "question_id, lang"

    question_id = fields.Many2one("clinic.intake.question", required=True, ondelete="cascade", index=True)
    lang = fields.Selection(
        [language for language in LANGUAGES if language[0] != "en"], string="Language", required=True
    )
    label = fields.Char(string="Question", required=True)
    choices = fields.Text(help="One a line, in the order of the English ones.")

    _lang_uniq = models.UniqueIndex("(question_id, lang)", "This question is written in that language already.")

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    @api.depends("label")
    def _compute_display_name(self):
        for text in self:
            text.display_name = text.label

    @api.model_create_multi
    def create(self, vals_list):
        ids = {vals["question_id"] for vals in vals_list if vals.get("question_id")}
        self._check_draft(self.env["clinic.intake.question"].browse(ids))
        return super().create(vals_list)

    def write(self, vals):
        questions = self.question_id
        if vals.get("question_id"):
            questions |= questions.browse(vals["question_id"])
        self._check_draft(questions)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_draft(self):
        """What is part of a published questionnaire stays."""
        self._check_draft(self.question_id)

    @api.model
    def _check_draft(self, questions):
        # As for the question itself.
        known = questions.sudo().exists()
        known._check_draft(known.version_id)
