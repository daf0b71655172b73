from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..exceptions import SlotTaken


class ClinicVisitSeriesLine(models.TransientModel):
    """One session of a series before it is booked."""

    _name = "clinic.visit.series.line"
    _description = "Session of a Series"
    _order = "start, id"

    series_id = fields.Many2one("clinic.visit.series", required=True, ondelete="cascade", index=True)
    number = fields.Integer(string="#", readonly=True)
    start = fields.Datetime(string="When", required=True)
    weekday = fields.Char(compute="_compute_weekday", string="Day")
    practitioner_id = fields.Many2one(
        "clinic.practitioner", domain="[('id', 'in', parent.allowed_practitioner_ids)]", help="Empty: anyone free."
    )
    state = fields.Selection(
        [("free", "Free"), ("taken", "Not free")], compute="_compute_state", store=True, readonly=False, string="Status"
    )
    reason = fields.Char(compute="_compute_state", store=True, readonly=False)

    @api.depends("start", "series_id.company_id")
    def _compute_weekday(self):
        for line in self:
            company = line.series_id.company_id or self.env.company
            day = line.start and company._clinic_local(line.start).date()
            line.weekday = day and format_date(self.env, day, date_format="EEE")

    @api.depends("start", "practitioner_id")
    def _compute_state(self):
        for line in self:
            line.reason = line.start and line.series_id.treatment_id and line._refusal()
            line.state = "taken" if line.reason else "free"

    def _refusal(self):
        """Return why this session can't be at its time; False when it can."""
        self.ensure_one()
        company, treatment = self.series_id.company_id, self.series_id.treatment_id._origin
        availability = self.env["clinic.availability"].with_company(company)
        try:
            self.env["clinic.procedure"]._check_start(self.start, company)
            availability._plan(availability._steps([treatment], self.practitioner_id._origin), self.start, company)
        except UserError as error:
            return error.args[0]
        return False

    def _book(self):
        """Book this session and return the visit; a refusal names the session."""
        self.ensure_one()
        series = self.series_id
        visits = self.env["clinic.visit"].with_company(series.company_id)
        try:
            return visits.book(series.patient_id, series.treatment_id, self.start, self.practitioner_id or None)
        except UserError as error:
            moment = series.company_id._clinic_moment_text(self.start)
            message = self.env._("The session on %(moment)s: %(reason)s", moment=moment, reason=error.args[0])
            if isinstance(error, SlotTaken):
                raise SlotTaken(message, error.resource_id, error.context["alternatives"]) from error
            raise UserError(message) from error
