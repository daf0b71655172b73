from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..const import LANGUAGES
from ..evidence import canonical, digest

# What was published never changes, and stays: whatever way leads there.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_consent_version_is_locked() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired' AND (
        OLD.template_id, OLD.lang, OLD.number, OLD.title, OLD.body, OLD.text_hash, OLD.published_at
    ) IS NOT DISTINCT FROM (
        NEW.template_id, NEW.lang, NEW.number, NEW.title, NEW.body, NEW.text_hash, NEW.published_at
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published consent text never changes: publish a new version.'
        USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER clinic_consent_version_is_locked BEFORE UPDATE OR DELETE ON clinic_consent_version
    FOR EACH ROW WHEN (OLD.state != 'draft') EXECUTE FUNCTION clinic_consent_version_is_locked();
ALTER TABLE clinic_consent_version ENABLE ALWAYS TRIGGER clinic_consent_version_is_locked;
"""
# By these a text is about one treatment, or one product, and not about others.
NAMED = ("treatment", "product")


class ClinicConsentVersion(models.Model):
    """The text of a consent form in one language. Once published it never changes; a new version takes its place."""

    _name = "clinic.consent.version"
    _description = "Consent Text"
    _inherit = "clinic.state.mixin"
    _order = "template_id, lang, number desc, id desc"

    _transitions = {"draft": {"published"}, "published": {"retired"}, "retired": set()}

    template_id = fields.Many2one(
        "clinic.consent.template", string="Consent Form", required=True, ondelete="restrict", index=True
    )
    lang = fields.Selection(LANGUAGES, string="Language", required=True, default="en")
    number = fields.Integer(string="Version", readonly=True, required=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        required=True,
        default="draft",
        copy=False,
        index=True,
    )
    title = fields.Char(required=True)
    body = fields.Html(
        string="Text",
        sanitize_overridable=False,
        help="In the place of {patient}, {birth_date}, {treatment}, {practitioner}, {product}, {date}, {price} and "
        "{branch} stands what they are at signing.",
    )
    note = fields.Char(string="Remark", help="Not shown to patients, e.g. what the lawyer has still to look at.")
    question_ids = fields.One2many("clinic.consent.question", "version_id", string="Questions", copy=True)
    names_treatment = fields.Boolean(readonly=True, copy=False, help="Signed for one treatment, it holds for no other.")
    names_product = fields.Boolean(readonly=True, copy=False, help="Signed for one product, it holds for no other.")
    text_hash = fields.Char(string="SHA-256", readonly=True, copy=False)
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    retired_at = fields.Datetime(readonly=True, copy=False)

    _one_published = models.UniqueIndex(
        "(template_id, lang) WHERE state = 'published'",
        "Another version of this text is published in this language. Publish with the button, which retires it.",
    )
    _number_uniq = models.UniqueIndex("(template_id, lang, number)", "This text has that version already.")
    _published_has_a_hash = models.Constraint(
        "CHECK (state = 'draft' OR (text_hash IS NOT NULL AND published_at IS NOT NULL))",
        "A text is published with the button.",
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    @api.depends("title", "lang", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(title)s (%(lang)s, version %(number)s)",
                title=version.title or "",
                lang=version.lang or "",
                number=version.number,
            )

    @api.model_create_multi
    def create(self, vals_list):
        keys = {(vals.get("template_id"), vals.get("lang", "en")) for vals in vals_list}
        last, prepared = self._last_numbers({key[0] for key in keys if key[0]}), []
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A new text is a draft. Publish it when the lawyer has read it."))
            key = (vals.get("template_id"), vals.get("lang", "en"))
            last[key] = last.get(key, 0) + 1
            prepared.append({"lang": "en", "state": "draft", **vals, "number": last[key]})
        return super().create(prepared)

    @api.model
    def _last_numbers(self, template_ids):
        # All versions count, also those that the user may not see.
        groups = self.sudo()._read_group(
            [("template_id", "in", list(template_ids))], ["template_id", "lang"], ["number:max"]
        )
        return {(template.id, lang): number for template, lang, number in groups}

    def write(self, vals):
        if vals.keys() - {"state"}:
            self._check_draft()
        self.env.registry.clear_cache()
        if not vals.keys() & {"template_id", "lang"}:
            return super().write(vals)
        for version in self:
            key = (vals.get("template_id", version.template_id.id), vals.get("lang", version.lang))
            moved = key != (version.template_id.id, version.lang)
            numbered = {"number": self._last_numbers({key[0]}).get(key, 0) + 1} if moved else {}
            super(ClinicConsentVersion, version).write({**vals, **numbered})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        """What somebody has signed, or may sign, stays."""
        self._check_draft()

    def _check_draft(self):
        """Raise ``UserError`` when a published or retired text would change."""
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
        if new == "published" and is_html_empty(self.body):
            raise UserError(self.env._("%s says nothing yet: write the text before you publish it.", self.display_name))
        if new == "published":
            self._check_placeholders()

    def _prepare_transition(self, new):
        now = fields.Datetime.now()
        values = {"published": {"published_at": now, "published_by_id": self.env.uid}, "retired": {"retired_at": now}}
        return {**super()._prepare_transition(new), **values.get(new, {})}

    def _text_facts(self):
        """Return all that a patient reads in this text, ready for the hash."""
        self.ensure_one()
        return {
            "template": self.template_id.id,
            "lang": self.lang,
            "number": self.number,
            "title": self.title,
            "body": str(self.body or ""),
            "questions": [question._facts() for question in self.question_ids],
        }

    def _hash_of_text(self):
        """Return the SHA-256 of this text as it is now."""
        return digest(canonical(self._text_facts()))

    def action_publish(self):
        """Put these texts in force; those that were in force in the same language retire."""
        self.check_access("write")
        for version in self:
            same = [("template_id", "=", version.template_id.id), ("lang", "=", version.lang)]
            (self.search([*same, ("state", "=", "published")]) - version).action_retire()
            version._check_draft()
            names = version._placeholders()
            version._clinic_writing().write(
                {
                    "text_hash": version._hash_of_text(),
                    **{f"names_{name}": name in names for name in NAMED},
                }
            )
            self.env.flush_all()
            version.write({"state": "published"})
        return True

    def action_retire(self):
        """Nobody signs these texts any more; who has signed one is asked for the new version."""
        return self.write({"state": "retired"})

    def action_new_version(self):
        """Open a draft that begins as a copy of this text."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.consent.version",
            "res_id": self.copy().id,
            "views": [[False, "form"]],
        }
