from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic_consent.const import LANGUAGES
from odoo.addons.clinic_consent.evidence import canonical, digest

# What was published never changes, and stays: whatever way leads there.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_intake_version_is_locked() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired' AND (
        OLD.form_id, OLD.number, OLD.text_hash, OLD.published_at
    ) IS NOT DISTINCT FROM (NEW.form_id, NEW.number, NEW.text_hash, NEW.published_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published questionnaire never changes: publish a new version.'
        USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER clinic_intake_version_is_locked BEFORE UPDATE OR DELETE ON clinic_intake_version
    FOR EACH ROW WHEN (OLD.state != 'draft') EXECUTE FUNCTION clinic_intake_version_is_locked();
ALTER TABLE clinic_intake_version ENABLE ALWAYS TRIGGER clinic_intake_version_is_locked;
"""


class ClinicIntakeVersion(models.Model):
    """The questions of an intake form, in all its languages. Once published they never change.

    Questions are known by their codes from version to version, so that earlier answers are shown beside new questions.
    """

    _name = "clinic.intake.version"
    _description = "Intake Questionnaire"
    _inherit = "clinic.state.mixin"
    _order = "form_id, number desc, id desc"

    _transitions = {"draft": {"published"}, "published": {"retired"}, "retired": set()}

    form_id = fields.Many2one("clinic.intake.form", required=True, ondelete="restrict", index=True)
    number = fields.Integer(string="Version", readonly=True, required=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        required=True,
        default="draft",
        copy=False,
        index=True,
    )
    note = fields.Char(string="Remark", help="Not shown to patients.")
    question_ids = fields.One2many("clinic.intake.question", "version_id", string="Questions", copy=True)
    languages = fields.Char(compute="_compute_languages", help="Those in which every question can be read.")
    text_hash = fields.Char(string="SHA-256", readonly=True, copy=False)
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    retired_at = fields.Datetime(readonly=True, copy=False)

    _one_published = models.UniqueIndex(
        "(form_id) WHERE state = 'published'",
        "Another version of this form is published. Publish with the button, which retires it.",
    )
    _number_uniq = models.UniqueIndex("(form_id, number)", "This form has that version already.")
    _published_has_a_hash = models.Constraint(
        "CHECK (state = 'draft' OR (text_hash IS NOT NULL AND published_at IS NOT NULL))",
        "A questionnaire is published with the button.",
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    @api.depends("form_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(form)s, version %(number)s", form=version.form_id.name or "", number=version.number
            )

    @api.depends("question_ids.text_ids.lang")
    def _compute_languages(self):
        names = dict(LANGUAGES)
        for version in self:
            version.languages = ", ".join(names[lang] for lang in version._langs())

    @api.model_create_multi
    def create(self, vals_list):
        form_ids = {vals["form_id"] for vals in vals_list if vals.get("form_id")}
        # All versions count, also those that the user may not see.
        groups = self.sudo()._read_group([("form_id", "in", list(form_ids))], ["form_id"], ["number:max"])
        last, prepared = {form.id: number for form, number in groups}, []
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(
                    self.env._("A new questionnaire is a draft. Publish it when a practitioner has read it.")
                )
            key = vals.get("form_id")
            last[key] = last.get(key, 0) + 1
            prepared.append({"state": "draft", **vals, "number": last[key]})
        return super().create(prepared)

    def write(self, vals):
        if vals.keys() - {"state"}:
            self._check_draft()
        if "form_id" in vals and any(version.form_id.id != vals["form_id"] for version in self):
            raise UserError(self.env._("A questionnaire stays with its form. Write a new one for the other form."))
        self.env.registry.clear_cache()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        """What somebody has answered, or may answer, stays."""
        self._check_draft()

    def _check_draft(self):
        """Raise ``UserError`` when a published or retired questionnaire would change."""
        for version in self:
            if version.state != "draft":
                raise UserError(
                    self.env._(
                        "%s has been published and never changes again. Press “New Version” to change it.",
                        version.display_name,
                    )
                )

    def _check_transition(self, new, vals):
        super()._check_transition(new, vals)
        if new == "published":
            if not self.question_ids:
                raise UserError(self.env._("%s asks nothing yet: write the questions first.", self.display_name))
            self.question_ids._check_parts()
            self.question_ids._check_conditions()

    def _prepare_transition(self, new):
        now = fields.Datetime.now()
        values = {"published": {"published_at": now, "published_by_id": self.env.uid}, "retired": {"retired_at": now}}
        return {**super()._prepare_transition(new), **values.get(new, {})}

    def _langs(self):
        """Return the languages in which every question can be read; English, in which they are written, first."""
        self.ensure_one()
        questions = self.question_ids
        return [
            lang
            for lang, _name in LANGUAGES
            if lang == "en" or (questions and all(lang in question.text_ids.mapped("lang") for question in questions))
        ]

    def _lang(self, *wanted):
        """Return the first of the languages ``wanted`` in which this can be read, else English."""
        langs = self._langs()
        return next((lang for lang in wanted if lang in langs), "en")

    def _hash_of_text(self):
        """Return the SHA-256 of these questions as they are now."""
        self.ensure_one()
        return digest(
            canonical(
                {
                    "form": self.form_id.id,
                    "number": self.number,
                    "questions": [question._facts() for question in self.question_ids],
                }
            )
        )

    def action_publish(self):
        """Ask these questions from now on; those that were asked before retire."""
        self.check_access("write")
        for version in self:
            same = [("form_id", "=", version.form_id.id), ("state", "=", "published")]
            (self.search(same) - version).action_retire()
            version._check_draft()
            # In the order in which they are asked, whatever was added last.
            version.invalidate_recordset(["question_ids"])
            version._clinic_writing().write({"text_hash": version._hash_of_text()})
            self.env.flush_all()
            version.write({"state": "published"})
        return True

    def action_retire(self):
        """Nobody is asked these questions any more; what was answered stays."""
        return self.write({"state": "retired"})

    def action_new_version(self):
        """Open a draft that begins as a copy of this questionnaire."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.intake.version",
            "res_id": self.copy().id,
            "views": [[False, "form"]],
        }
