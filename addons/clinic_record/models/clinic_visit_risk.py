from odoo import api, fields, models

OPEN_STATES = ("planned", "in_progress")


class ClinicVisit(models.Model):
    """What is on record against the treatments of a visit, before and while the patient is in the chair."""

    _inherit = "clinic.visit"

    risk_level = fields.Selection(
        [("stop", "Stop"), ("ask", "Needs a reason"), ("info", "Good to know")], compute="_compute_risk"
    )
    risk_label = fields.Char(string="Risks", compute="_compute_risk", help="By name for those who treat.")

    @api.depends("patient_id", "procedure_ids.treatment_id", "procedure_ids.state", "procedure_ids.start")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_risk(self):
        board = self.env["clinic.board"]
        procedures = self.procedure_ids.filtered(lambda procedure: procedure.state in OPEN_STATES)
        asked = [
            (procedure.id, procedure.patient_id.id, procedure.treatment_id.id, procedure._local_day(), None)
            for procedure in procedures._origin
        ]
        found = {}
        visits = {procedure.id: procedure.visit_id for procedure in procedures._origin}
        for row in self.env["clinic.risk.check"]._find(asked) if asked else ():
            if row["overridden"]:
                row["level"] = "info"
            found.setdefault(visits[row["number"]].id, []).append(row)
        known = board._known_patients(self.filtered(lambda visit: visit._origin.id in found).patient_id.ids)
        for visit in self:
            rows = found.get(visit._origin.id)
            is_known = visit.patient_id._origin.id in known
            visit.risk_level = board._gravest_level(rows) if rows else False
            visit.risk_label = board._prepare_risk_flag(rows, is_known)["label"] if rows else False
