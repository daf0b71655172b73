from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from .clinic_availability_problems import Planned
from .clinic_procedure import MARGIN

EXPECTED = ("held", "booked")


class ClinicVisit(models.Model):
    """Visits that can't take place as they were booked, because of what came into the way afterwards."""

    _inherit = "clinic.visit"

    to_move = fields.Boolean(
        string="To Be Moved",
        compute="_compute_to_move",
        search="_search_to_move",
        help="A leave, a public holiday, other working hours or somebody who left came in the way after the booking.",
    )
    move_reason = fields.Char(compute="_compute_to_move", string="Why")

    @api.depends("state", "start", "stop", "procedure_ids.practitioner_id", "procedure_ids.room_id")
    def _compute_to_move(self):
        problems = self._origin._plan_problems()
        for visit in self:
            texts = problems.get(visit._origin.id, ())
            visit.to_move = bool(texts)
            visit.move_reason = "; ".join(dict.fromkeys(texts)) or False

    @api.model
    def _search_to_move(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        # Who is at work does not depend on who asks; which of the visits are seen the rules say.
        expected = self.sudo().search_fetch(self._expected_domain(), ["company_id"])
        return Domain(
            "id", "in" if (True in value) == (operator == "in") else "not in", list(expected._plan_problems())
        )

    @api.model
    def _expected_domain(self):
        """Return the domain of the visits that are still to come."""
        return (
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "in", EXPECTED)
            & Domain("stop", ">", fields.Datetime.now())
            & Domain("start", ">", fields.Datetime.now() - MARGIN)
        )

    def _needed_resources(self):
        """Return the resources of the practitioners, rooms and devices that the planned procedures take."""
        planned = self.procedure_ids.filtered(lambda procedure: procedure.state == "planned")
        return planned.practitioner_id.resource_id | planned.room_id.resource_id | planned.device_id.resource_id

    def _plan_problems(self):
        """Return {visit id: [why it can't take place, …]} for those of these visits that can't."""
        now = fields.Datetime.now()
        expected = self.sudo().filtered(lambda v: v.state in EXPECTED and v.stop and v.stop > now)
        procedures = expected.procedure_ids.filtered(lambda p: p.state == "planned" and p.stop > now)
        texts = defaultdict(list)
        for branch, mine in procedures.grouped("company_id").items():
            for procedure, problem in mine._problems_in(branch).items():
                texts[procedure.visit_id.id].append(procedure._problem_text(problem))
        return dict(texts)


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    def _problems_in(self, branch):
        """Return {procedure: problem} for those of these procedures of ``branch`` that can't take place."""
        planned = [
            Planned(
                procedure.id,
                procedure.treatment_id.id,
                procedure.practitioner_id.id,
                procedure.room_id.id,
                procedure.device_id.id,
                procedure.start,
                procedure.stop,
            )
            for procedure in self
        ]
        found = self.env["clinic.availability"]._problems(planned, branch)
        return {procedure: found[procedure.id] for procedure in self if procedure.id in found}

    def _problem_text(self, problem):
        """Return ``problem`` of this procedure in words."""
        self.ensure_one()
        name, treatment = self[f"{problem[1]}_id"].name, self.treatment_id.name
        return self.env["clinic.availability"]._problem_text(problem, name, treatment, self.company_id)
