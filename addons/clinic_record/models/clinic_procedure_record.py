from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from odoo.addons.clinic.door import MOST_HTML, a_text, takes

from ..exceptions import EditConflict

CLINICAL = "clinic.group_cosmetologist"


class ClinicProcedure(models.Model):
    """What is recorded of a procedure, as its treatment's protocol asks for it."""

    _inherit = "clinic.procedure"

    protocol_id = fields.Many2one(
        "clinic.protocol",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=CLINICAL,
        help="The version that was in force when the procedure started.",
    )
    step_ids = fields.One2many("clinic.procedure.step", "procedure_id", string="Steps", groups=CLINICAL)
    parameter_ids = fields.One2many("clinic.procedure.parameter", "procedure_id", string="Parameters", groups=CLINICAL)
    note_ids = fields.One2many("clinic.note", "procedure_id", string="Notes", groups=CLINICAL)
    signed_note_ids = fields.One2many(
        "clinic.note", "procedure_id", string="Signed Notes", domain=[("state", "=", "signed")], groups=CLINICAL
    )
    # Not a related field: those can be grouped by without a right to them.
    aftercare = fields.Html(compute="_compute_aftercare", groups=CLINICAL)
    note_draft = fields.Html(
        string="Your Note",
        compute="_compute_note_draft",
        inverse="_inverse_note_draft",
        sanitize_overridable=False,
        groups=CLINICAL,
        help="Kept as a draft until you sign it.",
    )
    # Says only that who asks has a draft of their own.
    has_own_draft = fields.Boolean(compute="_compute_has_own_draft")
    missing = fields.Json(string="Missing in the Record", compute="_compute_missing", groups=CLINICAL)

    # -- from the protocol --------------------------------------------------------------------------------------------

    def write(self, vals):
        if "visit_id" in vals:
            self._check_same_patient(self.env["clinic.visit"].browse(vals["visit_id"]))
        return super().write(vals)

    def _check_same_patient(self, visit):
        """Raise ``UserError`` when what is recorded about one patient would become another's."""
        # Anyone who moves a procedure, also who may not see the record.
        for procedure in self.sudo():
            if procedure.patient_id != visit.sudo().patient_id and procedure._records_of_patient():
                raise UserError(
                    self.env._(
                        "%s: something is recorded about this procedure, so that it stays with its patient.",
                        procedure.visit_id._spoken_name(),
                    )
                )

    def _records_of_patient(self):
        """Return whether something has been recorded about the patient of these procedures, which moves with them."""
        return bool(self.note_ids or self.override_ids)

    def _after_transition(self, new):
        super()._after_transition(new)
        if new == "in_progress":
            # Anyone who may start a procedure opens its record, also the front desk, which never sees it.
            self.sudo()._open_record()

    def _open_record(self):
        """Fix the protocols that are in force, and make from them what is to be recorded."""
        domain = [("treatment_id", "in", self.treatment_id.ids), ("state", "=", "published")]
        for protocol in self.env["clinic.protocol"].search(domain):
            procedures = self.filtered(lambda p, protocol=protocol: p.treatment_id == protocol.treatment_id)
            super(ClinicProcedure, procedures).write({"protocol_id": protocol.id})
            for name, model, lines in self._prepare_record_parts(protocol):
                self.env[model].create(
                    [
                        {"procedure_id": procedure.id, name: line.id, "sequence": number}
                        for procedure in procedures
                        for number, line in enumerate(lines, 1)
                    ]
                )

    @api.model
    def _prepare_record_parts(self, protocol):
        """Return (field, model, lines of ``protocol``): each line is recorded in the model, to which the field leads.

        Other addons add theirs.
        """
        return [
            ("protocol_step_id", "clinic.procedure.step", protocol.step_ids),
            ("protocol_parameter_id", "clinic.procedure.parameter", protocol.parameter_ids),
        ]

    @api.depends("protocol_id.aftercare")
    def _compute_aftercare(self):
        for procedure in self:
            procedure.aftercare = procedure.protocol_id.aftercare

    # -- what is missing ----------------------------------------------------------------------------------------------

    def _missing_record(self):
        """Return what this procedure's record still lacks: a list of dicts with ``key``, ``text`` and ``action``.

        Other addons add theirs; an empty list lets the procedure be closed. ``action`` opens the place where it is
        mended. It is asked with all rights, and its texts reach the log: they name what is missing, never a value.
        """
        self.ensure_one()
        action = self._record_action()
        return [{"key": key, "text": text, "action": action} for key, text in self._missing_texts()]

    def _missing_texts(self):
        missing = [
            (f"step-{step.id}", self.env._("Step: %s", step.name)) for step in self.step_ids if step._is_missing()
        ]
        for parameter in self.parameter_ids:
            if text := parameter._missing_text():
                missing.append((f"parameter-{parameter.id}", text))
        return missing + self._missing_notes()

    def _missing_notes(self):
        drafts = self.note_ids.filtered(lambda note: note.state == "draft" and not note._is_empty())
        missing = [
            (f"draft-{note.id}", self.env._("Signature of %s on the note", note.author_id.name)) for note in drafts
        ]
        missing += [
            (f"section-{note.id}-{number}", self.env._("Note: %s", heading))
            for note in drafts
            for number, heading in enumerate(note._empty_sections())
        ]
        if self.protocol_id.note_required and not drafts and not self.signed_note_ids:
            missing.append(("note", self.env._("Signed note")))
        return missing

    def missing_record(self):
        """Return what the record of this procedure still lacks (see ``_missing_record``), as who asks may know it."""
        self.ensure_one()
        self.check_access("read")
        # Nothing of the record is told to those who do not read it, only that something is missing.
        missing = self.sudo()._missing_record() if self.state == "in_progress" else []
        if missing and not self._sees_record():
            return [{"key": "record", "text": self._incomplete_text(), "action": None}]
        return missing

    def _sees_record(self):
        return self.env.su or self.env.user.has_group(CLINICAL)

    def _incomplete_text(self):
        return self.env._(
            "%s: the clinical record is not complete. Ask the practitioner to finish it.", self.visit_id._spoken_name()
        )

    def _check_transition(self, new, vals):
        super()._check_transition(new, vals)
        if new != "done":
            return
        if missing := self.missing_record():
            texts = [entry["text"] for entry in missing]
            if self._sees_record():
                texts = [self.env._("Before this procedure is closed, its record needs:"), *texts]
            raise UserError("\n• ".join(texts))

    @api.depends("state", "step_ids.done_at", "step_ids.skipped_reason", "note_ids.state", "note_ids.body")
    @api.depends("parameter_ids.recorded_at", "parameter_ids.outside", "parameter_ids.reason")
    def _compute_missing(self):
        for procedure in self:
            procedure.missing = procedure.missing_record()

    # -- notes --------------------------------------------------------------------------------------------------------

    def _note_template(self):
        """Return the template with which a note about this procedure begins."""
        self.ensure_one()
        # The protocol may be hidden from who starts, never from who writes a note.
        template = self.sudo().protocol_id.note_template_id
        return template or self.env["clinic.note.template"].search(
            [("treatment_ids", "in", self.treatment_id.ids)], limit=1
        )

    def _check_note_open(self):
        """Raise ``UserError`` for procedures that are done and have their signed note."""
        # Anyone who may write the note knows that there is one.
        for procedure in self.sudo().filtered(lambda procedure: procedure.state == "done"):
            if procedure.signed_note_ids:
                raise UserError(
                    self.env._(
                        "The %s is done and its note is signed. Press “Amend” on that note to add to it.",
                        procedure.treatment_id.name,
                    )
                )

    def _own_drafts(self):
        return self.note_ids.filtered(lambda note: note.state == "draft" and note.author_id == self.env.user)

    @api.depends("note_ids.body", "note_ids.state")
    @api.depends_context("uid")
    def _compute_note_draft(self):
        for procedure in self:
            procedure.note_draft = procedure._own_drafts()[:1].body

    def _inverse_note_draft(self):
        for procedure in self:
            text = procedure.note_draft
            if note := procedure._own_drafts()[:1]:
                note.body = text
            elif not is_html_empty(text):
                self.env["clinic.note"].create({"procedure_id": procedure.id, "body": text})

    @takes(text=a_text(MOST_HTML), seen=a_text(optional=True))
    def keep_note_draft(self, text, seen):
        """Keep ``text`` as the user's draft unless it has changed since the page that asks was read.

        :param text: the draft, whole (HTML)
        :param seen: the version of the draft that the page knows, as ``load_treatment`` or this method returned it
        :return: the draft's version from now on
        :raises EditConflict: another tab has saved something else, or has signed it
        """
        self.ensure_one()
        self.check_access("write")
        draft = self._own_drafts()[:1]
        if not draft:
            raise UserError(self.env._("Your note was signed or taken away meanwhile. Open the record again to go on."))
        if draft._version() != seen:
            known = draft._version()
            # What was kept already, e.g. by a call whose answer was lost, is no conflict.
            if draft._as_kept(text) == draft.body:
                return known
            raise EditConflict(self.env._("Another tab has saved this note meanwhile."), draft.body or "", known)
        draft.body = text
        return draft._version()

    @api.depends("note_ids.state", "note_ids.author_id")
    @api.depends_context("uid")
    def _compute_has_own_draft(self):
        drafts = [("procedure_id", "in", self.ids), ("state", "=", "draft"), ("author_id", "=", self.env.uid)]
        # Asked on everybody's form; the answer is about nobody but who asks.
        found = {procedure.id for [procedure] in self.env["clinic.note"].sudo()._read_group(drafts, ["procedure_id"])}
        for procedure in self:
            procedure.has_own_draft = procedure._origin.id in found

    def action_write_note(self):
        """Begin a note about this procedure from its protocol's template."""
        self.ensure_one()
        if not self._own_drafts():
            self.env["clinic.note"].create({"procedure_id": self.id})

    def action_sign_note(self):
        """Sign the own draft about this procedure."""
        self._own_drafts().action_sign()

    def action_sign_and_finish(self):
        """Sign the own draft, where something has been written, and close the procedure."""
        for procedure in self:
            procedure._own_drafts().filtered(lambda note: not note._is_empty()).action_sign()
        return self.action_done()

    def _record_action(self):
        """Return the action that opens this procedure's record."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.procedure",
            "res_id": self.id,
            "views": [[False, "form"]],
        }
