from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.clinic_record.models.clinic_patient_skin import SKIN_TYPES
from odoo.addons.clinic_record.models.clinic_risk_kind import SEVERITIES

from ..const import ABOUT, RISK_TYPES

# From the least grave one.
GRAVITY = ("mild", "moderate", "severe")


class ClinicIntakeProposal(models.Model):
    """One thing that a patient has said, and that is not in the record like this: a practitioner takes it or not."""

    _name = "clinic.intake.proposal"
    _description = "Proposal of an Intake"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "intake_id desc, sequence, id"

    intake_id = fields.Many2one("clinic.intake", required=True, readonly=True, ondelete="restrict", index=True)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    sequence = fields.Integer(readonly=True)
    question_id = fields.Many2one("clinic.intake.question", required=True, readonly=True, ondelete="restrict")
    about = fields.Selection(ABOUT, required=True, readonly=True)
    change = fields.Selection(
        [("new", "New"), ("changed", "Changed"), ("gone", "No longer")], required=True, readonly=True
    )
    text = fields.Text(string="In the Patient's Words", readonly=True)
    risk_kind_id = fields.Many2one("clinic.risk.kind", string="Risk", ondelete="restrict")
    severity = fields.Selection(
        SEVERITIES, compute="_compute_severity", store=True, readonly=False, precompute=True, help="As it is recorded."
    )
    problem_kind_id = fields.Many2one("clinic.problem.kind", string="Problem", readonly=True, ondelete="restrict")
    skin_type = fields.Selection(SKIN_TYPES, readonly=True)
    risk_id = fields.Many2one(
        "clinic.risk", string="Risk on Record", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    problem_id = fields.Many2one(
        "clinic.problem", string="Problem on Record", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    state = fields.Selection(
        [("open", "To review"), ("accepted", "Accepted"), ("refused", "Refused"), ("replaced", "Asked again")],
        required=True,
        readonly=True,
        default="open",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True)

    _open_idx = models.Index("(patient_id) WHERE state = 'open'")
    _decided_by_somebody = models.Constraint(
        "CHECK ((state IN ('accepted', 'refused')) = (decided_by_id IS NOT NULL))", "A decision names who has made it."
    )

    @api.depends("intake_id")
    def _compute_display_name(self):
        # Neutral: names reach logs and messages.
        for proposal in self:
            proposal.display_name = proposal.intake_id.display_name or ""

    @api.depends("risk_kind_id")
    def _compute_severity(self):
        for proposal in self:
            proposal.severity = proposal.risk_kind_id.severity or proposal.severity

    @api.constrains("risk_kind_id", "about")
    def _check_kind(self):
        """A risk that is proposed says which."""
        for proposal in self:
            if proposal.about in RISK_TYPES and not proposal.risk_kind_id:
                raise ValidationError(self.env._("Choose the risk that it is recorded as."))

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: what is proposed follows from what the patient has sent."""
        if not self.env.su:
            raise AccessError(self.env._("Proposals come from what the patient has sent. Add a risk instead."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and any(proposal.state != "open" for proposal in self):
            self.check_access("write")
            raise UserError(self.env._("This was decided already. Change the risk or problem itself."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A proposal is not deleted: accept or refuse it."))

    # -- deciding -----------------------------------------------------------------------------------------------------

    def action_accept(self):
        """Take these into the record, in the user's name and with the intake as their source."""
        self._check_may_decide()
        for proposal in self:
            proposal._accept()
        return self._decide("accepted")

    def action_refuse(self):
        """Leave the record as it is; what may be a new risk is left out by a practitioner alone."""
        self._check_may_decide()
        if not self.env.user.has_group("clinic.group_practitioner"):
            for proposal in self:
                if proposal.about in RISK_TYPES and proposal.change != "gone":
                    raise AccessError(self.env._("Accept this risk, or ask a practitioner whether it can be left out."))
        return self._decide("refused")

    def _check_may_decide(self):
        if not self.env.user.has_group("clinic.group_cosmetologist"):
            raise AccessError(self.env._("What a patient proposes is reviewed by those who treat."))
        self.check_access("write")
        for proposal in self:
            if proposal.state != "open":
                who = proposal.sudo().decided_by_id.name
                raise UserError(
                    self.env._("%s has decided this already. Refresh the page.", who)
                    if who
                    else self.env._("The patient has sent another intake since. Refresh the page.")
                )

    def _decide(self, state):
        # The right to decide was checked; what is decided is fixed for everybody.
        decided = self.sudo()
        values = {"state": state, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()}
        decided._clinic_writing().write(values)
        decided.intake_id.request_id.visit_id._notify_board()
        return True

    def _accept(self):
        """Write what this proposes into the record."""
        self.ensure_one()
        self._check_still_so()
        if self.about == "skin_type":
            return self.patient_id.set_skin_type(self.skin_type)
        if self.about == "problem":
            return self._accept_problem()
        if self.change != "new" and not self.risk_id.current:
            if self.change == "gone":
                return True
        elif self.change == "gone":
            return self.risk_id.action_end()
        elif self.change == "changed":
            self._end_before_today()
        return self._accept_risk()

    def _check_still_so(self):
        """Raise when somebody has changed what is on record since the patient has sent this."""
        known = self.risk_id if self.about in RISK_TYPES else self.problem_id
        if self.change == "gone" and known.sudo().write_date and known.sudo().write_date > self.intake_id.sent_at:
            raise UserError(
                self.env._(
                    "%s was changed since the patient has sent this. Look at it, and end it there or refuse this.",
                    known.display_name,
                )
            )

    def _accept_risk(self):
        # Recorded in the user's name; only its source is nothing that a user says.
        return self.env["clinic.risk"].sudo().create(self._prepare_risk())

    def _prepare_risk(self):
        """Return the values of the risk that is recorded."""
        return {
            **self._prepare_known(),
            "patient_id": self.patient_id.id,
            "kind_id": self.risk_kind_id.id,
            "intake_id": self.intake_id.id,
            "intake_question": self.sudo().question_id.code,
        }

    def _prepare_known(self):
        """Return what stays of the risk on record when a patient says more of it: it does not become less grave."""
        risk = self.risk_id if self.change == "changed" else self.env["clinic.risk"]
        said = [text for text in (risk.description, self.text) if text]
        known = [name for name in (risk.severity, self.severity) if name]
        return {
            "severity": max(known, key=GRAVITY.index) if known else False,
            "description": "\n".join(dict.fromkeys(said)) or False,
            **{name: risk[name].id for name in ("reaction_id", "treatment_id", "product_id")},
            "date_from": risk.date_from,
        }

    def _end_before_today(self):
        """End the risk as it was said before; it is recorded again as it is said now."""
        risk = self.risk_id
        if not self.env.user.has_group("clinic.group_practitioner") and risk.author_id != self.env.user:
            raise AccessError(self.env._("Ask a practitioner to change a risk that somebody else has recorded."))
        yesterday = self.env.company._clinic_today() - timedelta(days=1)
        last = max(risk.date_from, yesterday) if risk.date_from else yesterday
        # The user who treats replaces it with a newer one, which keeps who has written which.
        risk.sudo()._clinic_writing().write({"date_to": last, "ended_by_id": self.env.uid})

    def _accept_problem(self):
        if self.change == "gone":
            return self.problem_id.state == "resolved" or self.problem_id.action_resolve()
        values = {
            "patient_id": self.patient_id.id,
            "kind_id": self.problem_kind_id.id,
            "description": self.text,
            "intake_id": self.intake_id.id,
        }
        # As for risks; the author is the user who accepts.
        return self.env["clinic.problem"].sudo().create({**values, "author_id": self.env.uid})
