from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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
        return Domain(
            "id", "in" if (True in value) == (operator == "in") else "not in", self._to_move_ids(self.env.companies)
        )

    @api.model
    def _to_move_ids(self, branches):
        """Return the ids of the visits in ``branches`` that can't take place, of thousands in a blink.

        Which of them are seen the rules say: who is at work does not depend on who asks.
        """
        self.flush_model(["state", "start", "stop", "company_id"])
        names = ["treatment_id", "practitioner_id", "room_id", "device_id", "start", "stop"]
        self.env["clinic.procedure"].flush_model(["visit_id", "state", *names])
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT v.company_id, v.id, p.id, %s
                  FROM clinic_visit v JOIN clinic_procedure p ON p.visit_id = v.id
                 WHERE v.company_id = ANY(%s) AND v.state = ANY(%s) AND v.stop > %s AND v.start > %s
                   AND p.state = 'planned' AND p.stop > %s
                """,
                SQL(", ").join(SQL.identifier("p", name) for name in names),
                branches.ids,
                list(EXPECTED),
                now,
                now - MARGIN,
                now,
            )
        )
        planned, visits = defaultdict(list), {}
        for company_id, visit_id, *procedure in rows:
            planned[self.env["res.company"].browse(company_id)].append(Planned(*procedure))
            visits[procedure[0]] = visit_id
        found = self.env["clinic.availability"].sudo()._problems_by_branch(planned)
        return list({visits[procedure_id] for procedure_id in found})

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
