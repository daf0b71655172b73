from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# From the best to the worst.
RESPONSES = [("cleared", "Cleared"), ("better", "Better"), ("same", "The same"), ("worse", "Worse")]


class ClinicProblem(models.Model):
    """A problem of a patient's skin or hair, with its course and what was done about it."""

    _name = "clinic.problem"
    _description = "Problem"
    _inherit = "clinic.authored.mixin"
    _order = "state, onset desc, id desc"

    kind_id = fields.Many2one("clinic.problem.kind", string="Problem", required=True, ondelete="restrict", index=True)
    onset = fields.Date(help="When it began, as far as the patient knows.")
    course = fields.Selection([("acute", "Acute"), ("chronic", "Chronic"), ("recurrent", "Recurrent")])
    area_ids = fields.Many2many("clinic.body.area", string="Areas")
    state = fields.Selection(
        # In this order the most urgent ones stand first.
        [("active", "Active"), ("controlled", "Controlled"), ("resolved", "Resolved")],
        string="Status",
        required=True,
        default="active",
        index=True,
    )
    resolved_on = fields.Date(copy=False)
    description = fields.Text()
    response_ids = fields.One2many("clinic.problem.response", "problem_id")
    score_ids = fields.One2many("clinic.score", "problem_id")
    last_response = fields.Selection(RESPONSES, compute="_compute_treatment_responses")
    treatment_responses = fields.Json(
        compute="_compute_treatment_responses",
        help="What worked and what did not: for each treatment the best and the last response, and how many.",
    )

    _resolved_has_date = models.Constraint(
        "CHECK ((state = 'resolved') = (resolved_on IS NOT NULL))",
        "A resolved problem needs the date on which it was resolved; another one has none.",
    )
    _resolved_after_onset = models.Constraint(
        "CHECK (resolved_on >= onset)", "A problem is resolved after it began: check both dates."
    )

    @api.depends("kind_id")
    def _compute_display_name(self):
        for problem in self:
            problem.display_name = problem.kind_id.name or ""

    @api.depends("response_ids.response", "response_ids.date", "response_ids.treatment_id", "response_ids.treated_on")
    def _compute_treatment_responses(self):
        for problem in self:
            responses = problem.response_ids.sorted(lambda r: (r.date, r.treated_on or datetime.min, r._origin.id or 0))
            problem.treatment_responses = problem._prepare_treatment_responses(responses)
            problem.last_response = responses[-1:].response

    def _says_all_of(self, other):
        """Return whether this problem is told as well as ``other`` is, in words and areas."""
        self.ensure_one()
        described = not other.description or other.description == self.description
        return self.kind_id == other.kind_id and described and other.area_ids <= self.area_ids

    def _prepare_treatment_responses(self, responses):
        """Return, for each treatment, a dict with the best and the last of ``responses``, the last treatment first."""
        rank = [value for value, _label in RESPONSES]
        found = {}
        for response in responses:
            treatment = response.treatment_id
            known = found.pop(treatment.id, None)
            given = [value for value in (response.response, known and known["best"]) if value]
            found[treatment.id] = {
                "treatment_id": treatment.id,
                "treatment": treatment.name,
                "count": (known["count"] if known else 0) + 1,
                "best": min(given, key=rank.index) if given else False,
                "last": response.response,
                "last_date": fields.Date.to_string(response.date),
            }
        return list(found.values())[::-1]

    @api.constrains("onset", "resolved_on")
    def _check_not_in_the_future(self):
        """What has not happened yet is not recorded."""
        today = self.env.company._clinic_today()
        for problem in self:
            if any(date and date > today for date in (problem.onset, problem.resolved_on)):
                raise ValidationError(self.env._("The dates of a problem can't lie in the future."))

    @api.onchange("state")
    def _onchange_state(self):
        self.resolved_on = (self.resolved_on or self.env.company._clinic_today()) if self.state == "resolved" else False

    def _closed_reason(self):
        if self.state == "resolved":
            return self.env._("This problem is resolved. If it has come back, choose “Came Back” first.")
        return super()._closed_reason()

    def action_control(self):
        """The problem is under control."""
        return self._set_state("controlled")

    def action_resolve(self):
        """The problem is over, as of today."""
        return self._set_state("resolved")

    def action_reopen(self):
        """The problem is there again."""
        return self._set_state("active")

    def _set_state(self, state):
        """Note how the problem stands: every colleague who treats the patient may, the description is its author's."""
        self.check_access("read")
        self.check_access("create")
        if any(problem.state == state for problem in self):
            raise UserError(self.env._("This has been noted already: refresh the page."))
        resolved_on = self.env.company._clinic_today() if state == "resolved" else False
        # The rights were checked above; the rule on authors guards the wording only.
        return self.sudo().write({"state": state, "resolved_on": resolved_on})

    def action_view_scores(self):
        """Open the course of the scores."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_record.clinic_score_action")
        context = {"default_patient_id": self.patient_id.id, "default_problem_id": self.id}
        return {**action, "domain": [("problem_id", "=", self.id)], "context": context}
