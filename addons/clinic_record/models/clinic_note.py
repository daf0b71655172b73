import hashlib

from lxml import html

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, html2plaintext, is_html_empty

from odoo.addons.clinic.door import MOST_HTML, a_text, takes

# What a draft's author may write; all else is a fact.
ENTERED = {"body", "template_id", "procedure_id"}
# A signed note is locked by the database, too: whatever way leads there, nothing of it changes and it stays.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_note_signed_is_locked() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        OLD.patient_id, OLD.procedure_id, OLD.body, OLD.state, OLD.author_id, OLD.signed_at, OLD.amends_id,
        OLD.amendment_reason
    ) IS NOT DISTINCT FROM (
        NEW.patient_id, NEW.procedure_id, NEW.body, NEW.state, NEW.author_id, NEW.signed_at, NEW.amends_id,
        NEW.amendment_reason
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A signed note is locked: amend it.' USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER clinic_note_signed_is_locked BEFORE UPDATE OR DELETE ON clinic_note
    FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION clinic_note_signed_is_locked();
"""
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# What an editor leaves where nothing is seen.
INVISIBLE = str.maketrans("", "", "\ufeff\u200b\u200c\u200d")


def sections_of(text):
    """Return {heading: the text under it} of ``text`` (HTML), in its order."""
    sections, current = {}, None

    def add(words):
        if current is not None and words:
            sections[current] = " ".join([sections[current], *words.translate(INVISIBLE).split()]).strip()

    def walk(element):
        nonlocal current
        if element.tag in HEADINGS:
            current = " ".join(element.text_content().translate(INVISIBLE).split())
            sections.setdefault(current, "")
        else:
            add(element.text)
            for child in element:
                walk(child)
        add(element.tail)

    if text:
        walk(html.fragment_fromstring(str(text), create_parent="div"))
    sections.pop("", None)
    return sections


class ClinicNote(models.Model):
    """A clinical note about a patient, mostly about one procedure.

    Its author writes and signs it; a signed note never changes. An amendment is a new signed note that says why, and
    the old one stays readable. Once a procedure is done and has its signed note, it gets amendments only.
    """

    _name = "clinic.note"
    _description = "Clinical Note"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    # The drafts come first.
    _order = "signed_at desc, id desc"

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    procedure_id = fields.Many2one(
        "clinic.procedure",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('patient_id', '=', patient_id)]",
    )
    treatment_id = fields.Many2one(related="procedure_id.treatment_id")
    treated_on = fields.Datetime(compute="_compute_treated_on", help="When what it is about was done, else written.")
    template_id = fields.Many2one("clinic.note.template", ondelete="restrict")
    body = fields.Html(
        string="Note",
        compute="_compute_body",
        store=True,
        readonly=False,
        precompute=True,
        sanitize_overridable=False,
        sanitize_attributes=True,
        sanitize_style=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("signed", "Signed")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    author_id = fields.Many2one(
        "res.users", required=True, readonly=True, copy=False, default=lambda self: self.env.user, ondelete="restrict"
    )
    is_author = fields.Boolean(compute="_compute_is_author")
    signed_at = fields.Datetime(readonly=True, copy=False)
    amends_id = fields.Many2one("clinic.note", readonly=True, copy=False, ondelete="restrict")
    amendment_reason = fields.Char(readonly=True, copy=False)
    amendment_ids = fields.One2many("clinic.note", "amends_id", string="Amended By")
    amended = fields.Boolean(compute="_compute_amended", search="_search_amended")

    _amends_uniq = models.UniqueIndex("(amends_id)", "This note has been amended already: amend its amendment.")
    _signed_has_a_time = models.Constraint(
        "CHECK ((state = 'signed') = (signed_at IS NOT NULL))", "A signed note has the time of its signature."
    )
    _amendment_has_a_reason = models.Constraint(
        "CHECK (amends_id IS NULL OR amendment_reason IS NOT NULL)", "Say why the note is amended."
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    def _movable_with_patient(self, kept):
        """A signed note never changes: it stays with the entry for whom it was signed."""
        return super()._movable_with_patient(kept).filtered(lambda note: note.state == "draft")

    @api.depends("procedure_id.start", "signed_at", "create_date")
    def _compute_treated_on(self):
        for note in self:
            note.treated_on = note.procedure_id.start or note.signed_at or note.create_date

    @api.depends("template_id")
    def _compute_body(self):
        for note in self:
            # What somebody has written is not replaced.
            if is_html_empty(note.body):
                note.body = note.template_id.body

    @api.depends("author_id")
    @api.depends_context("uid")
    def _compute_is_author(self):
        for note in self:
            note.is_author = note.author_id == self.env.user

    @api.depends("amendment_ids")
    def _compute_amended(self):
        for note in self:
            note.amended = bool(note.amendment_ids)

    def _search_amended(self, operator, value):
        if operator != "in":
            return NotImplemented
        return fields.Domain.OR(fields.Domain("amendment_ids", "!=" if yes else "=", False) for yes in value)

    @api.depends("signed_at", "create_date")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for note in self:
            moment = note.signed_at or note.create_date or fields.Datetime.now()
            day = self.env.company._clinic_local(moment).date()
            note.display_name = self.env._("Note of %s", format_date(self.env, day))

    @api.model_create_multi
    def create(self, vals_list):
        # Author and signature are facts, not input.
        return super().create([self._prepare_draft(vals) for vals in vals_list])

    def _prepare_draft(self, vals):
        if vals.get("state", "draft") != "draft" or vals.get("signed_at") or vals.get("amends_id"):
            raise UserError(self.env._("A note begins as a draft. Sign it when it is complete."))
        prepared = self._without_images({name: vals[name] for name in ENTERED & vals.keys()})
        patient_id = vals.get("patient_id")
        if procedure := self.env["clinic.procedure"].browse(vals.get("procedure_id") or ()):
            procedure._check_note_open()
            patient_id = procedure.patient_id.id
            prepared.setdefault("template_id", procedure._note_template().id)
        # All facts are named, because what is left out is taken from the defaults in the caller's context.
        facts = {"state": "draft", "signed_at": False, "amends_id": False, "amendment_reason": False}
        return {**prepared, **facts, "patient_id": patient_id, "author_id": self.env.uid}

    def write(self, vals):
        """Write a draft. Raises ``UserError`` for a signed note and for what is a fact."""
        self._check_draft()
        if vals.keys() - ENTERED:
            raise UserError(self.env._("The patient, author and signature of a note cannot be entered or changed."))
        if self.env.uid not in self.author_id.ids or len(self.author_id) > 1:
            raise AccessError(self.env._("Only its author changes the draft of a note."))
        if vals.get("procedure_id"):
            procedure = self.env["clinic.procedure"].browse(vals["procedure_id"])
            if self.patient_id != procedure.patient_id:
                raise UserError(self.env._("The procedure is another patient's. Write a note of its own for it."))
            procedure._check_note_open()
        return super().write(self._without_images(vals))

    @api.model
    def _without_images(self, vals):
        """Return ``vals`` with a text that holds no images: a patient's photos are kept elsewhere."""
        body = vals.get("body")
        if not isinstance(body, str) or "<img" not in body.lower():
            return vals
        root = html.fragment_fromstring(body, create_parent="div")
        for image in list(root.iter("img")):
            image.drop_tree()
        return {**vals, "body": html.tostring(root, encoding="unicode")}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A note is never deleted. Empty a draft that is not needed; amend a signed note."))

    def _check_draft(self):
        """Raise ``UserError`` for signed notes."""
        if any(note.state == "signed" for note in self):
            raise UserError(self.env._("A signed note never changes. Press “Amend” to correct it."))

    def action_sign(self):
        """Sign these drafts: from now on they are locked. Only the author signs, and only what says something."""
        self.check_access("write")
        self._check_draft()
        for note in self:
            if note.author_id != self.env.user:
                raise AccessError(self.env._("Only its author signs a note. Write one of your own."))
            if note._is_empty():
                raise UserError(self.env._("The note is empty. Write it before you sign it."))
            if empty := note._empty_sections():
                raise UserError(
                    self.env._("Nothing stands under: %s. Complete the note before you sign it.", ", ".join(empty))
                )
            note.procedure_id._check_note_open()
        return super().write({"state": "signed", "signed_at": fields.Datetime.now()})

    def _version(self):
        """Return what changes with each change of the text, and tells nothing of it."""
        self.ensure_one()
        return hashlib.sha256((self.body or "").encode()).hexdigest()[:16]

    def _as_kept(self, text):
        """Return ``text`` as it is kept once it has been cleaned."""
        return self._fields["body"].convert_to_column(text, self, validate=True) if text else False

    def _is_empty(self):
        """Return whether nothing has been written, the template's headings apart."""
        self.ensure_one()
        return is_html_empty(self.body) or self._plain(self.body) == self._plain(self.template_id.body)

    def _empty_sections(self):
        """Return the template's headings under which this note says nothing.

        A text without any of them is a note of its own.
        """
        self.ensure_one()
        template = self.template_id
        wanted = sections_of(template.body) if template.sections_required else {}
        written = sections_of(self.body)
        if not wanted.keys() & written.keys():
            return []
        return [heading for heading in wanted if not written.get(heading)]

    @api.model
    def _plain(self, html):
        return " ".join(html2plaintext(html).split()) if html else ""

    @takes(body=a_text(MOST_HTML, optional=True), reason=a_text(optional=True))
    def amend(self, body, reason):
        """Return the new signed note that takes the place of this one, which stays readable.

        :param body: the corrected text, whole (HTML)
        :param reason: why, in words
        :raises UserError: the note is not signed or has been amended already; text or reason is missing
        """
        self.ensure_one()
        self.check_access("read")
        reason = (reason or "").strip()
        self._check_amendable(body, reason)
        return super().create(
            {
                "patient_id": self.patient_id._kept().id,
                "procedure_id": self.procedure_id.id,
                **self._without_images({"body": body}),
                "state": "signed",
                "author_id": self.env.uid,
                "signed_at": fields.Datetime.now(),
                "amends_id": self.id,
                "amendment_reason": reason,
            }
        )

    def _check_amendable(self, body, reason):
        """Raise ``UserError`` when this note cannot be amended, or not like that."""
        if self.state != "signed":
            raise UserError(self.env._("The note is still a draft: its author changes it."))
        if self.amendment_ids:
            raise UserError(self.env._("This note has been amended already: amend its amendment."))
        if is_html_empty(body):
            raise UserError(self.env._("Write the corrected note."))
        if not reason:
            raise UserError(self.env._("Say why the note is amended."))

    def action_amend(self):
        """Ask for the corrected text and the reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend the Note"),
            "res_model": "clinic.note.amend",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_note_id": self.id},
        }
