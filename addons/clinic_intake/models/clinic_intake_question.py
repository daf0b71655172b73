from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.clinic.door import is_clean
from odoo.addons.clinic_consent.models.clinic_consent_sign import NotSigned

from ..const import ABOUT, KINDS, MOST_LINE, MOST_LINES, MOST_TEXT, POSITIVE, RISK_TYPES, SECTIONS

LOCK = """
CREATE OR REPLACE FUNCTION clinic_intake_question_is_locked() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT FROM clinic_intake_version
         WHERE id IN (OLD.version_id, NEW.version_id) AND state != 'draft'
    ) THEN
        RAISE EXCEPTION 'A question of a published questionnaire never changes.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER clinic_intake_question_is_locked
    BEFORE INSERT OR UPDATE OR DELETE ON clinic_intake_question
    FOR EACH ROW EXECUTE FUNCTION clinic_intake_question_is_locked();
ALTER TABLE clinic_intake_question ENABLE ALWAYS TRIGGER clinic_intake_question_is_locked;
"""
CLOSED = {"yes_no", "tick", "choice"}
OPPOSITE = {"female": "male", "male": "female"}


class ClinicIntakeQuestion(models.Model):
    """A question of an intake: when it is asked, and what its answer may become in the record."""

    _name = "clinic.intake.question"
    _description = "Intake Question"
    _order = "version_id, sequence, id"

    version_id = fields.Many2one("clinic.intake.version", required=True, ondelete="cascade", index=True)
    version_state = fields.Selection(related="version_id.state")
    sequence = fields.Integer(default=10)
    section = fields.Selection(SECTIONS, required=True, default="history")
    code = fields.Char(
        required=True, help="By it the answer is found again in later versions. Short, e.g. allergy_latex."
    )
    label = fields.Char(string="Question", required=True, help="In English; other languages stand below.")
    kind = fields.Selection(KINDS, required=True, default="yes_no")
    choices = fields.Text(help="In English, one a line.")
    mandatory = fields.Boolean(default=False)
    asks_which = fields.Boolean(help="Who answers yes has to answer one of the questions that this one leads to.")
    parent_code = fields.Char(string="Asked After", help="The code of an earlier question; empty: always asked.")
    parent_answer = fields.Char(
        string="If Answered", default="yes", help="yes, no, or the number of a choice. Then this question is asked."
    )
    sex = fields.Selection([("female", "Women"), ("male", "Men")], string="Asked Of", help="Empty: everybody.")
    about = fields.Selection(
        ABOUT,
        string="Proposes",
        help="What a practitioner may make of the answer in the record. Text behind such a question is its detail.",
    )
    term = fields.Char(
        string="Known As", help="The name in the catalogue of risks, or of their substance, e.g. lidocaine."
    )
    risk_kind_id = fields.Many2one("clinic.risk.kind", ondelete="restrict", help="Before what is found by its name.")
    problem_kind_id = fields.Many2one("clinic.problem.kind", ondelete="restrict")
    text_ids = fields.One2many("clinic.intake.text", "question_id", string="Other Languages", copy=True)

    _code_uniq = models.UniqueIndex("(version_id, code)", "This questionnaire has a question with that code already.")

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    @api.depends("label")
    def _compute_display_name(self):
        for question in self:
            question.display_name = question.label

    # -- what a question is made of -----------------------------------------------------------------------------------

    @api.constrains("kind", "choices", "about", "problem_kind_id", "text_ids")
    def _check_parts(self):
        """A choice has answers, in each language as many; what is proposed can be made of the answer."""
        for question in self:
            count = len(question._lines(question.choices))
            if question.kind == "choice" and count < 2:
                raise ValidationError(self.env._("“%s” needs at least two choices, one a line.", question.label))
            for text in question.text_ids:
                if question.kind == "choice" and len(question._lines(text.choices)) != count:
                    raise ValidationError(
                        self.env._(
                            "“%(question)s” has %(count)s choices; write as many in the other languages.",
                            question=question.label,
                            count=count,
                        )
                    )
            question._check_about(count)

    def _check_about(self, count):
        if self.about == "skin_type" and (self.kind != "choice" or count != 6):
            raise ValidationError(self.env._("The skin type is asked by a choice of six, from I to VI."))
        if self.about == "problem" and not self.problem_kind_id:
            raise ValidationError(self.env._("Say which skin problem “%s” is about.", self.label))
        if self.about in RISK_TYPES | {"problem"} and self.kind in ("choice", "text"):
            raise ValidationError(
                self.env._("Ask “%s” by yes or no, a box to tick or a list: then it can be proposed.", self.label)
            )

    def _check_conditions(self):
        """Raise ``UserError`` when a question depends on one that does not come before it."""
        known = {}
        for question in self:
            parent = question.parent_code and known.get(question.parent_code)
            if question.parent_code and (not parent or question.parent_answer not in parent._possible()):
                raise UserError(
                    self.env._(
                        "“%(question)s” is asked after “%(code)s” is answered “%(answer)s”, which nobody can.",
                        question=question.label,
                        code=question.parent_code,
                        answer=question.parent_answer or "",
                    )
                )
            known[question.code] = question

    @api.model_create_multi
    def create(self, vals_list):
        ids = {vals["version_id"] for vals in vals_list if vals.get("version_id")}
        self._check_draft(self.env["clinic.intake.version"].browse(ids))
        return super().create(vals_list)

    def write(self, vals):
        versions = self.version_id
        if vals.get("version_id"):
            versions |= versions.browse(vals["version_id"])
        self._check_draft(versions)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_draft(self):
        """What is part of a published questionnaire stays."""
        self._check_draft(self.version_id)

    @api.model
    def _check_draft(self, versions):
        # Whether it is published is no secret from who tries to change its questions.
        if any(version.state != "draft" for version in versions.sudo().exists()):
            raise UserError(
                self.env._("The questions of a published questionnaire never change. Press “New Version” there.")
            )

    @api.model
    def _lines(self, text):
        return [line.strip() for line in (text or "").splitlines() if line.strip()]

    def _possible(self):
        """Return the answers that can be chosen; choices by their numbers, which are the same in all languages."""
        if self.kind in ("yes_no", "tick"):
            return ["yes", "no"]
        return (
            [str(number) for number, _line in enumerate(self._lines(self.choices), 1)] if self.kind == "choice" else []
        )

    def _facts(self):
        """Return what a patient sees of this question, ready for the hash."""
        return {
            "code": self.code,
            "section": self.section,
            "label": self.label,
            "kind": self.kind,
            "choices": self._lines(self.choices),
            "mandatory": self.mandatory,
            "parent": [self.parent_code or None, self.parent_answer or None] if self.parent_code else None,
            "sex": self.sex or None,
            "about": self.about or None,
            "texts": {text.lang: [text.label, self._lines(text.choices)] for text in self.text_ids},
        }

    # -- as it is asked -----------------------------------------------------------------------------------------------

    def _said(self, lang):
        """Return the question and its choices in ``lang``: (label, [(answer, words)])."""
        text = self.text_ids.filtered(lambda text: text.lang == lang)[:1]
        lines = self._lines(text.choices or self.choices) if self.kind == "choice" else []
        return text.label or self.label, [(str(number), line) for number, line in enumerate(lines, 1)]

    def _asked_of(self, patient):
        """Return those of these questions that are asked of ``patient``, whatever is answered."""
        # Who is neither, or has not said it, is asked everything.
        return self.filtered(lambda question: not question.sex or patient.sex != OPPOSITE[question.sex])

    def _is_asked(self, answers):
        """Return whether this question is asked of who has answered the earlier ones with ``answers``."""
        return not self.parent_code or answers.get(self.parent_code) == self.parent_answer

    def _take(self, answer):
        """Return ``answer`` as it is kept, None for none; raise ``ValueError`` when it cannot be one."""
        if answer is None or answer == "":
            return None
        if not isinstance(answer, str) or len(answer) > MOST_TEXT or not is_clean(answer):
            raise ValueError("answer")
        answer = answer.strip()
        if self.kind in CLOSED:
            if answer not in self._possible():
                raise ValueError("answer")
            # A box that is not ticked says nothing.
            return None if self.kind == "tick" and answer == "no" else answer
        if self.kind == "lines":
            lines = list(dict.fromkeys(self._lines(answer)))
            if len(lines) > MOST_LINES or any(len(line) > MOST_LINE for line in lines):
                raise ValueError("answer")
            return "\n".join(lines) or None
        return answer or None

    def _take_all(self, given, patient):
        """Return {code: answer} of what is asked of ``patient`` by these questions, and nothing else.

        :param given: {code: answer} as it was sent
        :raises NotSigned: "answer" for what cannot be one, "unanswered" and "which" where something is missing
        """
        given = given if isinstance(given, dict) else {}
        answers, waiting = {}, set()
        for question in self._asked_of(patient):
            if not question._is_asked(answers):
                continue
            try:
                answer = question._take(given.get(question.code))
            except ValueError:
                raise NotSigned("answer") from None
            if answer is None and question.mandatory:
                raise NotSigned("unanswered")
            if answer is None:
                continue
            answers[question.code] = answer
            waiting.discard(question.parent_code)
            if question.asks_which and question._is_positive(answer):
                waiting.add(question.code)
        if waiting:
            raise NotSigned("which")
        return answers

    def _is_positive(self, answer):
        """Return whether ``answer`` says that there is something."""
        return answer == POSITIVE[self.kind] if self.kind in POSITIVE else bool(answer)

    def _spoken_answer(self, answer, lang):
        """Return ``answer`` as it is read in ``lang``, or an empty text where there are no words for it."""
        if self.kind == "choice":
            return dict(self._said(lang)[1]).get(answer, "")
        return answer if self.kind in ("text", "lines") else ""

    # -- what it may become -------------------------------------------------------------------------------------------

    def _risk_kind(self):
        """Return the kind of risk that a positive answer names: the chosen one, else the one known by the term."""
        self.ensure_one()
        # Terms are English, whatever language the patient's browser speaks.
        kinds = self.env["clinic.risk.kind"].with_context(lang=None)
        if self.risk_kind_id or not self.term:
            return self.risk_kind_id
        of_type = [("type", "=", self.about)]
        return (
            kinds.search([*of_type, ("name", "=ilike", self.term)], limit=1)
            or kinds.search([*of_type, ("substance_id.name", "=ilike", self.term)], limit=1)
            or kinds
        )
