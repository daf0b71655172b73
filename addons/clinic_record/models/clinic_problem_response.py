from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .clinic_problem import RESPONSES

# How long its author may correct what was recorded.
CORRECTION_TIME = timedelta(days=1)


class ClinicProblemResponse(models.Model):
    """How a problem, or else the patient as a whole, responded to a procedure, which may be judged again later."""

    _name = "clinic.problem.response"
    _description = "Response to a Treatment"
    _inherit = "clinic.authored.mixin"
    _order = "date desc, id desc"

    problem_id = fields.Many2one(
        "clinic.problem",
        ondelete="restrict",
        index=True,
        domain="[('patient_id', '=', patient_id)] if patient_id else []",
    )
    patient_id = fields.Many2one(related="procedure_id.patient_id", store=True, precompute=True, index=True)
    procedure_id = fields.Many2one(
        "clinic.procedure",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('patient_id', '=', patient_id), ('state', 'in', ('in_progress', 'done'))]",
    )
    treatment_id = fields.Many2one(related="procedure_id.treatment_id", store=True, precompute=True, index=True)
    treated_on = fields.Datetime(related="procedure_id.start", string="Treated On")
    response = fields.Selection(RESPONSES, required=True)
    date = fields.Date(string="Seen On", required=True, default=lambda self: self.env.company._clinic_today())
    note = fields.Text()

    @api.depends("response")
    def _compute_display_name(self):
        labels = dict(self._fields["response"]._description_selection(self.env))
        for response in self:
            response.display_name = labels.get(response.response, "")

    @api.constrains("problem_id", "procedure_id")
    def _check_same_patient(self):
        """Problem and procedure are the same patient's, and the procedure has begun."""
        for response in self:
            procedure = response.procedure_id
            if response.problem_id and procedure.patient_id != response.problem_id.patient_id:
                raise ValidationError(self.env._("The problem and the procedure belong to different patients."))
            if procedure.state not in ("in_progress", "done"):
                raise ValidationError(self.env._("Only a procedure that was performed has a response."))

    @api.constrains("date")
    def _check_not_in_the_future(self):
        """What has not been seen yet is not recorded."""
        if any(response.date > self.env.company._clinic_today() for response in self):
            raise ValidationError(self.env._("A response can't be seen in the future."))

    def _closed_reason(self):
        if self.create_date and fields.Datetime.now() - self.create_date > CORRECTION_TIME:
            return self.env._("A response can be corrected for a day. Record a new one.")
        return super()._closed_reason()
