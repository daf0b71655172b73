from odoo import api, fields, models


class ClinicVisit(models.Model):
    """What stands in the way of a visit's procedures, shown on the visit and when the patient arrives."""

    _inherit = "clinic.visit"

    gate_reasons = fields.Json(compute="_compute_gate_reasons", string="Before You Start")

    @api.depends("state", "procedure_ids.state", "procedure_ids.treatment_id", "procedure_ids.practitioner_id")
    @api.depends_context("uid")
    def _compute_gate_reasons(self):
        for visit in self:
            visit.gate_reasons = visit._origin._gate_reasons()

    def _gate_reasons(self):
        """Return the reasons of all procedures as the user may see them, what is told of several only once."""
        told = {}
        for procedure in self.procedure_ids:
            for reason in procedure.gate():
                told.setdefault((reason["text"], reason["level"], reason["overridden"]), reason)
        return list(told.values())

    def action_arrive(self):
        """The patient is here; what should be known before the start is told at once."""
        self.write({"state": "arrived"})
        reasons = [reason for reason in self._gate_reasons() if not reason["overridden"]]
        if not reasons:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "clinic_visit.notice",
            "params": {
                "type": "danger" if any(reason["level"] == "stop" for reason in reasons) else "warning",
                "sticky": True,
                "title": self.env._("%s has arrived, but before the start", ", ".join(self.patient_id.mapped("name"))),
                "message": "\n".join(reason["text"] for reason in reasons),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
