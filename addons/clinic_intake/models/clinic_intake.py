from datetime import UTC

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.clinic_consent.const import IDENTIFIED, LANGUAGES
from odoo.addons.clinic_consent.evidence import canonical, digest

from ..const import FORMAT

# What a patient has sent is only ever added, by any way into the database.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_intake_is_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'An intake never changes and stays: % is refused. The patient sends another one.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER clinic_intake_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON clinic_intake
    FOR EACH STATEMENT EXECUTE FUNCTION clinic_intake_is_append_only();
ALTER TABLE clinic_intake ENABLE ALWAYS TRIGGER clinic_intake_append_only;
"""
# What the hash is about.
HASHED = (
    "patient_id",
    "company_id",
    "form_id",
    "version_hash",
    "lang",
    "request_id",
    "unchanged_id",
    "answers",
    "signer_name",
    "signer_relation",
    "identified",
    "user_id",
    "sent_at",
    "ip",
    "user_agent",
)


class ClinicIntake(models.Model):
    """What a patient has answered, once. Rows are only added, each with a hash of all it says.

    It changes nothing in the record: what it may mean there stands in its proposals.
    """

    _name = "clinic.intake"
    _description = "Intake"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "sent_at desc, id desc"

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, ondelete="restrict")
    form_id = fields.Many2one("clinic.intake.form", required=True, readonly=True, ondelete="restrict", index=True)
    version_id = fields.Many2one(
        "clinic.intake.version", string="Questionnaire", required=True, readonly=True, ondelete="restrict", index=True
    )
    version_hash = fields.Char(string="SHA-256 of the Questions", required=True, readonly=True)
    lang = fields.Selection(LANGUAGES, string="Read In", required=True, readonly=True)
    request_id = fields.Many2one("clinic.consent.request", readonly=True, ondelete="restrict", index="btree_not_null")
    unchanged_id = fields.Many2one(
        "clinic.intake",
        string="Nothing Changed Since",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The earlier intake that the patient was shown, and has confirmed.",
    )
    sent_at = fields.Datetime(string="On", required=True, readonly=True)
    sent_on = fields.Date(required=True, readonly=True, help="The day in the branch.")
    signer_name = fields.Char(string="Filled In By", required=True, readonly=True)
    signer_relation = fields.Char(string="Who Is", readonly=True, help="Empty: the patient.")
    identified = fields.Selection(IDENTIFIED, required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Handed Over By", required=True, readonly=True, ondelete="restrict")
    answers = fields.Json(readonly=True, groups="clinic.group_cosmetologist", help="{code of the question: answer}.")
    page_key = fields.Char(readonly=True, help="By it a page that is sent again is known.")
    ip = fields.Char(string="IP Address", readonly=True)
    user_agent = fields.Char(string="Browser", readonly=True)
    evidence_hash = fields.Char(string="SHA-256", required=True, readonly=True)
    proposal_ids = fields.One2many("clinic.intake.proposal", "intake_id", string="Proposals")
    answer_text = fields.Text(compute="_compute_answer_text", string="Answers", groups="clinic.group_cosmetologist")
    standing = fields.Selection(
        [("open", "Not reviewed"), ("reviewed", "Reviewed"), ("nothing", "Nothing to review")],
        compute="_compute_standing",
        string="Status",
    )

    _sent_once = models.UniqueIndex("(request_id, form_id) WHERE request_id IS NOT NULL", "This was sent already.")
    _latest_idx = models.Index("(patient_id, form_id, sent_at DESC, id DESC)")

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        return result

    def _movable_with_patient(self, kept):
        """What was sent never changes: it stays with the entry for whom it was sent, and counts for both."""
        return self.browse()

    @api.depends("sent_on")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for intake in self:
            day = format_date(self.env, intake.sent_on) if intake.sent_on else ""
            intake.display_name = self.env._("Intake of %s", day)

    @api.depends("answers", "version_id")
    def _compute_answer_text(self):
        for intake in self:
            intake.answer_text = "\n".join(f"{label} {answer}" for label, answer in intake._told())

    @api.depends("proposal_ids.state")
    def _compute_standing(self):
        for intake in self:
            states = set(intake.proposal_ids.mapped("state"))
            intake.standing = "open" if "open" in states else "reviewed" if states else "nothing"

    def _told(self, lang="en"):
        """Return [(question, answer)] in words, of what was answered."""
        # Users who may read the intake may read its questions.
        questions, answers = self.sudo().version_id.question_ids, self.answers or {}
        yes_no = {"yes": self.env._("Yes"), "no": self.env._("No")}
        return [
            (
                question._said(lang)[0],
                question._spoken_answer(answers[question.code], lang)
                or yes_no.get(answers[question.code], answers[question.code]),
            )
            for question in questions
            if answers.get(question.code)
        ]

    # -- rows are only added ------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: an intake is filled in by the patient."""
        if not self.env.su:
            raise AccessError(self.env._("An intake is filled in by the patient. Hand the page over with “To Sign”."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: what was sent stays as it was sent."""
        if vals:
            self.check_access("write")
            raise UserError(self.env._("An intake is not changed. Let the patient fill in another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An intake is not deleted."))

    @api.model
    def _record(self, vals):
        """Add a row with its hash and what it proposes, for our own methods; the caller has checked what was sent."""
        values = {**vals, "sent_at": fields.Datetime.now()}
        branch = self.env["res.company"].browse(vals["company_id"])
        values["sent_on"] = branch._clinic_local(values["sent_at"]).date()
        # Nobody has a right to add rows.
        intakes = self.sudo()
        intake = intakes.create({**values, "evidence_hash": self._hash_of(values)})
        intake._propose()
        intake.env.cr.postcommit.add(self.env["clinic.change"]._seal)
        intake.request_id.visit_id._notify_board()
        return intake

    @api.model
    def _hash_of(self, values):
        """Return the SHA-256 of all that an intake with ``values`` says, ids in the place of records."""
        said = {name: values.get(name) or None for name in HASHED}
        said["sent_at"] = values["sent_at"].replace(tzinfo=UTC).isoformat()
        return digest(canonical({"format": FORMAT, **said}))

    def _hash_of_row(self):
        """As ``_hash_of``, of this intake as it is now."""
        self.ensure_one()
        return self._hash_of({name: self[name].id if self._fields[name].relational else self[name] for name in HASHED})

    def _flaws(self):
        """Return in words which of these intakes, and of their questions, are not as they were."""
        intakes = self.sudo()
        sound = intakes.version_id.filtered(lambda version: version._hash_of_text() == version.text_hash)
        flaws = [
            self.env._("Intake %(number)s: the answers are not what was sent", number=intake.id)
            for intake in intakes
            if intake._hash_of_row() != intake.evidence_hash or intake.version_hash != intake.version_id.text_hash
        ]
        return flaws + [
            self.env._("The questions of “%s” are not what was published", version.display_name)
            for version in intakes.version_id - sound
        ]

    # -- the last one -------------------------------------------------------------------------------------------------

    @api.model
    def _last_of(self, patient, form):
        """Return the last intake of ``patient``, and of entries that were merged into it, for ``form``."""
        people = patient | patient.with_context(active_test=False).merged_from_ids
        domain = [("patient_id", "in", people.ids), ("form_id", "=", form.id)]
        return self.search(domain, limit=1)

    def _due_on(self):
        """Return the day from which on this is asked again, or None."""
        self.ensure_one()
        months = self.form_id.months
        return self.sent_on + relativedelta(months=months) if months else None
