import uuid
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import IDENTIFIED, LANGUAGES, MEANS, VARIANTS
from ..evidence import FORMAT, canonical, digest

# Consents and their documents are only ever added, by any way into the database.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_consent_is_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'A consent never changes and stays: % is refused. Record its withdrawal instead.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
"""
TRIGGER = """
CREATE OR REPLACE TRIGGER %(table)s_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s
    FOR EACH STATEMENT EXECUTE FUNCTION clinic_consent_is_append_only();
ALTER TABLE %(table)s ENABLE ALWAYS TRIGGER %(table)s_append_only;
"""
# What a withdrawal has in common with what it withdraws.
COPIED = ("patient_id", "company_id", "template_id", "version_id", "procedure_id", "treatment_id")
COPIED_TEXTS = ("version_hash", "lang", "validity", "product_key", "signer_name", "signer_relation")


class ClinicConsent(models.Model):
    """A consent that was signed, or the withdrawal of one. Rows are only added, with their evidence.

    The evidence is one canonical JSON text with all that was read, answered, chosen and drawn. It lies in the vault;
    its SHA-256 stands in the row, which the change log's chain seals as every row of the clinic.
    """

    _name = "clinic.consent"
    _description = "Consent"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "signed_at desc, id desc"

    uuid = fields.Char(required=True, readonly=True, copy=False)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, ondelete="restrict")
    kind = fields.Selection([("signed", "Signed"), ("withdrawal", "Withdrawal")], required=True, readonly=True)
    template_id = fields.Many2one(
        "clinic.consent.template", string="Consent Form", required=True, readonly=True, ondelete="restrict", index=True
    )
    template_kind = fields.Selection(related="template_id.kind", string="About")
    version_id = fields.Many2one(
        "clinic.consent.version", string="Text", required=True, readonly=True, ondelete="restrict", index=True
    )
    version_hash = fields.Char(string="SHA-256 of the Text", required=True, readonly=True)
    lang = fields.Selection(LANGUAGES, string="Read In", required=True, readonly=True)
    procedure_id = fields.Many2one("clinic.procedure", readonly=True, ondelete="restrict", index="btree_not_null")
    treatment_id = fields.Many2one("product.template", readonly=True, ondelete="restrict")
    product_key = fields.Char(readonly=True)
    validity = fields.Char(readonly=True, required=True, help="For what it was signed, as its form said then.")
    page_key = fields.Char(readonly=True, copy=False, help="The page from which it was sent: a page signs once.")
    request_id = fields.Many2one("clinic.consent.request", readonly=True, ondelete="restrict", index="btree_not_null")
    withdraws_id = fields.Many2one("clinic.consent", readonly=True, ondelete="restrict")
    withdrawal_ids = fields.One2many("clinic.consent", "withdraws_id", string="Withdrawn By")
    signed_at = fields.Datetime(string="Date", required=True, readonly=True)
    valid_until = fields.Date(readonly=True, help="The last day; empty: for its procedure alone, or until withdrawn.")
    signer_name = fields.Char(string="Signed By", required=True, readonly=True)
    signer_relation = fields.Char(string="Relation to the Patient", readonly=True, help="Empty: the patient.")
    witness_name = fields.Char(string="Witness or Interpreter", readonly=True)
    identified = fields.Selection(IDENTIFIED + MEANS, required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Handed Over By", required=True, readonly=True, ondelete="restrict")
    answers = fields.Json(readonly=True, groups="clinic.group_cosmetologist")
    scopes = fields.Json(readonly=True)
    reason = fields.Char(string="How It Was Withdrawn", readonly=True)
    ip = fields.Char(string="IP Address", readonly=True)
    user_agent = fields.Char(string="Browser", readonly=True)
    evidence_hash = fields.Char(string="SHA-256", required=True, readonly=True)
    document_ids = fields.One2many("clinic.consent.document", "consent_id")
    standing = fields.Selection(
        [
            ("ok", "In force"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
            ("outdated", "Older text"),
            ("withdrawal", "Withdrawal"),
        ],
        compute="_compute_standing",
        string="Status",
    )
    seal_text = fields.Char(compute="_compute_seal_text", string="PDF")
    answer_text = fields.Text(compute="_compute_answer_text", string="Answers", groups="clinic.group_cosmetologist")

    _uuid_uniq = models.UniqueIndex("(uuid)", "This consent is stored already.")
    _evidence_uniq = models.UniqueIndex("(evidence_hash)", "This consent is stored already.")
    _withdrawn_once = models.UniqueIndex("(withdraws_id)", "This consent was withdrawn already.")
    _signed_once = models.UniqueIndex(
        "(request_id, template_id, COALESCE(procedure_id, 0)) WHERE kind = 'signed' AND request_id IS NOT NULL",
        "This consent was signed already.",
    )
    _latest_idx = models.Index("(patient_id, template_id, signed_at DESC, id DESC)")
    _withdrawals_idx = models.Index("(patient_id, template_id) WHERE kind = 'withdrawal'")
    _withdrawal_says_what = models.Constraint(
        "CHECK ((kind = 'withdrawal') = (withdraws_id IS NOT NULL))", "A withdrawal names what is withdrawn."
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(LOCK)
        self.env.cr.execute(TRIGGER % {"table": self._table})
        return result

    def _movable_with_patient(self, kept):
        """What was signed never changes: it stays with the entry for whom it was signed, and counts for both."""
        return self.browse()

    @api.depends("template_id", "kind")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for consent in self:
            consent.display_name = self.env._("Consent %s", consent.id or "")

    @api.depends("withdrawal_ids", "version_id.state", "valid_until", "kind")
    def _compute_standing(self):
        found = self.env["clinic.consent.need"]._standings(self._origin, self.env.company._clinic_today())
        for consent in self:
            consent.standing = "withdrawal" if consent.kind == "withdrawal" else found.get(consent._origin.id)

    @api.depends("document_ids")
    def _compute_seal_text(self):
        # Who may read the consent may know of its PDF, whose row is nobody's.
        for consent in self:
            document = consent.sudo().document_ids
            if not document:
                consent.seal_text = self.env._("Not printed yet")
            elif not document.seal_name:
                consent.seal_text = self.env._("Printed, without a seal: the clinic has no certificate")
            elif document.is_self_signed:
                consent.seal_text = self.env._(
                    "Sealed with the certificate “%s”, which is self-signed: nobody but the clinic vouches for it",
                    document.seal_name,
                )
            else:
                consent.seal_text = self.env._("Sealed with the certificate “%s”", document.seal_name)

    @api.depends("answers", "scopes")
    def _compute_answer_text(self):
        scopes = dict(self._scope_labels())
        for consent in self:
            given = consent.answers or {}
            labels = {str(question.id): question.label for question in consent.sudo().version_id.question_ids}
            lines = [f"{labels.get(key, key)} {value or '–'}" for key, value in given.items()]
            for scope, accepted in (consent.scopes or {}).items():
                decision = self.env._("accepted") if accepted else self.env._("refused")
                lines.append(f"{scopes.get(scope, scope)}: {decision}")
            consent.answer_text = "\n".join(lines)

    @api.model
    def _scope_labels(self):
        return [
            ("care", self.env._("Photos for care")),
            ("teaching", self.env._("Photos for teaching")),
            ("marketing", self.env._("Photos for marketing")),
        ]

    # -- rows are only added ------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: a consent is signed on the patient's page, and withdrawn with the button."""
        if not self.env.su:
            raise AccessError(self.env._("A consent is signed by the patient. Hand the page over with “To Sign”."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: what was signed stays as it was signed."""
        if vals:
            self.check_access("write")
            raise UserError(self.env._("A consent is not changed. Record its withdrawal, or let a new one be signed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A consent is not deleted. Record its withdrawal instead."))

    @api.model
    def _record(self, vals, facts):
        """Add a row with its evidence, for our own methods.

        :param vals: the row's values, without uuid and hash
        :param facts: what is evidence, ready for JSON
        """
        owner = str(uuid.uuid4())
        facts = {**facts, "uuid": owner}
        text = canonical(facts)
        # Checked by the caller; nobody has a right to add rows.
        consent = self.sudo().create({**vals, "uuid": owner, "evidence_hash": digest(text)})
        self.env["clinic.vault.file"]._store(owner, VARIANTS[0], text)
        consent._after_recording()
        return consent

    def _after_recording(self):
        """Do what follows from these consents; other addons add theirs."""
        # Sealed as soon as it is there for everybody, and printed while nobody waits for it.
        self.env.cr.postcommit.add(self.env["clinic.change"]._seal)
        self.env.ref("clinic_consent.cron_print").sudo()._trigger()
        self.procedure_id.visit_id._notify_board()

    def _evidence(self):
        """Return the canonical JSON of this consent as it lies in the vault, bytes."""
        self.ensure_one()
        return self.env["clinic.vault.file"]._open(self.uuid, VARIANTS[0])

    # -- withdrawing --------------------------------------------------------------------------------------------------

    def action_withdraw(self):
        """Open the dialog that asks how the patient has withdrawn this consent."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw"),
            "res_model": "clinic.consent.withdraw",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_consent_id": self.id, "dialog_size": "medium"},
        }

    def _withdraw(self, how, means="person", ip=None, user_agent=None):
        """Record that the patient withdraws these consents, as ``how`` says, from now on; return the records.

        :param means: one of ``MEANS``
        :param ip: the address of the browser in which it is recorded
        """
        withdrawals = self.browse()
        for consent in self.sudo():
            if consent.kind != "signed" or consent.withdrawal_ids:
                raise UserError(self.env._("This consent is not in force: there is nothing to withdraw."))
            facts = consent._prepare_withdrawal(how, means, self.env.user)
            facts.update(ip=ip, user_agent=user_agent)
            withdrawals |= self._record(
                {
                    **{name: consent[name].id for name in COPIED},
                    **{name: consent[name] for name in COPIED_TEXTS},
                    "kind": "withdrawal",
                    "withdraws_id": consent.id,
                    "signed_at": fields.Datetime.to_datetime(facts["signed_at"][:19].replace("T", " ")),
                    "identified": means,
                    "user_id": self.env.uid,
                    "reason": how,
                    "ip": ip,
                    "user_agent": user_agent,
                },
                facts,
            )
        return withdrawals

    def _prepare_withdrawal(self, how, means, user):
        """Return what is evidence of a withdrawal, ready for JSON.

        It is taken from the row: who withdraws is not kept from it by a file that is damaged.
        """
        patient, version = self.patient_id, self.version_id
        return {
            "format": FORMAT,
            "kind": "withdrawal",
            "clinic": self.company_id.name,
            "patient": self._patient_facts(patient),
            "form": {"id": self.template_id.id, "name": self.template_id.name, "kind": self.template_id.kind},
            "version": {"id": version.id, "number": version.number, "lang": self.lang, "sha256": self.version_hash},
            "title": version.title,
            "signer": {"name": self.signer_name, "relation": self.signer_relation or None},
            "visit": self.procedure_id.visit_id.name,
            "procedure": {"id": self.procedure_id.id, "treatment": self.treatment_id.name},
            "withdraws": {
                "uuid": self.uuid,
                "sha256": self.evidence_hash,
                "signed_at": self.signed_at.replace(tzinfo=UTC).isoformat(),
            },
            "text": "",
            "answers": [],
            "scopes": None,
            "reason": how,
            "identified": {"how": means, "by": user.name, "user": user.id},
            "signed_at": fields.Datetime.now().replace(tzinfo=UTC).isoformat(),
            "valid_until": None,
        }

    @api.model
    def _patient_facts(self, patient):
        """Return what of ``patient`` is evidence."""
        return {
            "id": patient.id,
            "number": patient.number,
            "name": patient.name,
            "birth_date": fields.Date.to_string(patient.birth_date) or None,
        }

    def action_open_document(self):
        """Open the PDF of this consent."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/clinic/consent/{self.uuid}.pdf", "target": "new"}
