from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

# What is proposed at most of what was done.
MOST_DONE = 30
MOST_TEXT = 20_000


class ClinicSummary(models.Model):
    """A summary of a patient's record that the patient reads on the portal.

    A practitioner writes it, and releases it: from then on it stays as it is, and is withdrawn at most. A patient sees
    the one that was released last.
    """

    _name = "clinic.summary"
    _description = "Medical Summary"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "released_at DESC NULLS FIRST, id DESC"
    _clinic_fixed = ("patient_id", "company_id")

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    text = fields.Text(
        compute="_compute_text",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        help="Proposed from the record: allergies and risks, and what was done. The patient reads what stands here.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("released", "Released"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    released_at = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    withdrawn_at = fields.Datetime(readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    _one_released = models.UniqueIndex(
        "(patient_id) WHERE state = 'released'", "Another summary of this patient is released: withdraw it first."
    )
    _released_is_whole = models.Constraint(
        "CHECK (state = 'draft' OR (text IS NOT NULL AND released_at IS NOT NULL AND released_by_id IS NOT NULL))",
        "What is released has a text, a time and somebody who released it.",
    )

    @api.depends("patient_id")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = self.env._("Summary for %s", summary.patient_id.name or "")

    @api.depends("patient_id")
    def _compute_text(self):
        for summary in self:
            if summary.state == "draft" and not summary.text:
                summary.text = summary._prepare_text()

    def _prepare_text(self):
        """Return the text that is proposed, from what the user may read of the record."""
        risks = self.env["clinic.risk"].search([("patient_id", "=", self.patient_id.id), ("current", "=", True)])
        done = self.env["clinic.procedure"].search(
            [("patient_id", "=", self.patient_id.id), ("state", "=", "done")], order="start DESC", limit=MOST_DONE
        )
        parts = [
            (self.env._("Allergies and risks"), risks.mapped("display_name")),
            (self.env._("What was done"), [self._line(procedure) for procedure in done]),
        ]
        return "\n\n".join("\n".join([title, *(f"- {line}" for line in lines)]) for title, lines in parts if lines)

    def _line(self, procedure):
        day = format_date(self.env, procedure.company_id._clinic_local(procedure.start).date())
        return f"{day}: {procedure.treatment_id.name}, {procedure.practitioner_id.name}"

    # -- written, released, withdrawn ---------------------------------------------------------------------------------

    @api.constrains("text")
    def _check_text(self):
        if any(len(summary.text or "") > MOST_TEXT for summary in self):
            raise UserError(self.env._("A summary has at most %s characters.", MOST_TEXT))

    def write(self, vals):
        """What is released stays as it is: another text is another summary."""
        if "text" in vals and any(summary.state != "draft" for summary in self):
            raise UserError(self.env._("What was released stays as it is. Write another summary."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(summary.state != "draft" for summary in self):
            raise UserError(self.env._("What was released stays in the record. Withdraw it instead."))

    def _check_may_release(self):
        self.check_access("write")
        if not self.env.user.has_group("clinic.group_practitioner"):
            raise AccessError(self.env._("Practitioners release summaries, and withdraw them."))

    def action_release(self):
        """Let the patient read this on the portal, in place of what was released before.

        :raises UserError: when it is empty, or no draft
        """
        self.ensure_one()
        self._check_may_release()
        if self.state != "draft":
            raise UserError(self.env._("This was released already."))
        if not (self.text or "").strip():
            raise UserError(self.env._("Write something first."))
        self.search([("patient_id", "=", self.patient_id.id), ("state", "=", "released")]).action_withdraw()
        self._clinic_writing().write(
            {"state": "released", "released_at": fields.Datetime.now(), "released_by_id": self.env.uid}
        )
        return True

    def action_withdraw(self):
        """Let the patient read this no more."""
        self._check_may_release()
        released = self.filtered(lambda summary: summary.state == "released")
        released._clinic_writing().write(
            {"state": "withdrawn", "withdrawn_at": fields.Datetime.now(), "withdrawn_by_id": self.env.uid}
        )
        # The index lets another one be released only once that is in the database.
        released.flush_recordset()
        return True

    @api.model
    def _shown_to(self, patient):
        """Return what ``patient`` reads on the portal: as superuser, for the portal's own pages."""
        found = self.sudo().search([("patient_id", "in", patient._united().ids), ("state", "=", "released")], limit=1)
        return found.filtered(lambda summary: summary.company_id.clinic_portal_summary)
