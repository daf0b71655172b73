from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.clinic_series_planner import MOST_SESSIONS


class ClinicVisitSeries(models.TransientModel):
    """All sessions of a course at once: propose the dates, change some, book them together."""

    _name = "clinic.visit.series"
    _description = "Book a Series"

    company_id = fields.Many2one("res.company", string="Branch", required=True, default=lambda self: self.env.company)
    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="cascade")
    patient_given = fields.Boolean(default=lambda self: bool(self.env.context.get("default_patient_id")))
    treatment_id = fields.Many2one("product.template", required=True, domain=[("is_treatment", "=", True)])
    practitioner_id = fields.Many2one(
        "clinic.practitioner", domain="[('id', 'in', allowed_practitioner_ids)]", help="Empty: anyone free."
    )
    allowed_practitioner_ids = fields.Many2many("clinic.practitioner", compute="_compute_allowed_practitioner_ids")
    count = fields.Integer(string="Sessions", required=True, default=6)
    first_day = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._clinic_today(),
    )
    hour_from = fields.Float(string="Between", default=0.0, help="In the branch's time zone.")
    hour_to = fields.Float(string="And", default=24.0)
    interval = fields.Integer(
        string="Days Between", compute="_compute_interval", store=True, readonly=False, required=True
    )
    interval_least = fields.Integer(related="treatment_id.interval_least", string="At Least")
    line_ids = fields.One2many("clinic.visit.series.line", "series_id")
    message = fields.Char(readonly=True)

    _count_range = models.Constraint(
        f"CHECK (count BETWEEN 1 AND {MOST_SESSIONS})", f"A series has between 1 and {MOST_SESSIONS} sessions."
    )
    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours must lie between 0:00 and 24:00, the first before the last.",
    )

    @api.depends("treatment_id")
    def _compute_interval(self):
        planner = self.env["clinic.series.planner"]
        for series in self:
            series.interval = planner._interval(series.treatment_id, None)

    @api.depends("treatment_id", "first_day", "company_id")
    def _compute_allowed_practitioner_ids(self):
        everyone = self.env["clinic.practitioner"].search([])
        for series in self:
            allowed = everyone.filtered(lambda p, company=series.company_id: company in p.sudo().company_ids)
            if series.treatment_id and series.first_day:
                allowed = allowed._authorized_for(series.treatment_id._origin, series.first_day)
            series.allowed_practitioner_ids = allowed

    def action_propose(self):
        """Fill the lines with a full set of dates."""
        self.ensure_one()
        slots = (
            self.env["clinic.series.planner"]
            .with_company(self.company_id)
            .propose(
                self.patient_id,
                self.treatment_id,
                self.count,
                self.first_day,
                self.practitioner_id or None,
                self.interval,
                self.hour_from,
                self.hour_to,
            )
        )
        lines = [
            fields.Command.create(
                {"number": number, "start": slot["start"], "practitioner_id": slot["practitioner_id"], "state": "free"}
            )
            for number, slot in enumerate(slots, start=1)
        ]
        self._clinic_writing().write(
            {"line_ids": [fields.Command.clear(), *lines], "message": self._shortfall(len(slots))}
        )
        return self._reopen()

    def _shortfall(self, found):
        """Return what to say when fewer sessions than wanted have been found."""
        if found == self.count:
            return False
        return self.env._(
            "Only %(found)s of %(count)s sessions can be found within the %(days)s days for which bookings are taken. "
            "Widen the hours, choose anyone free, or book the others later.",
            found=found,
            count=self.count,
            days=self.company_id.clinic_booking_horizon,
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book a Series"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_book_all(self):
        """Book every line, all or none, and show the visits."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("Propose the dates first."))
        self._check_intervals()
        visits = self.env["clinic.visit"]
        for line in self.line_ids.sorted("start"):
            visits |= line._book()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits of %s", self.patient_id.name),
            "res_model": "clinic.visit",
            "view_mode": "list,form",
            "domain": [("id", "in", visits.ids)],
        }

    def _check_intervals(self):
        """Raise when two sessions are closer than the treatment's least interval."""
        days = sorted(self.company_id._clinic_local(line.start).date() for line in self.line_ids)
        for former, later in pairwise(days):
            if (later - former).days < self.interval_least:
                raise UserError(
                    self.env._(
                        "%(former)s and %(later)s are too close: at least %(least)s days have to lie between two "
                        "sessions.",
                        former=former,
                        later=later,
                        least=self.interval_least,
                    )
                )
