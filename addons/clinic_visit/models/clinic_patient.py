from odoo import api, fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    visit_ids = fields.One2many("clinic.visit", "patient_id")
    visit_count = fields.Integer(compute="_compute_visit_count", string="Visits")
    no_show_count = fields.Integer(compute="_compute_no_show_count", string="No-shows")

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        counts = dict(
            self.env["clinic.visit"]._read_group([("patient_id", "in", self.ids)], ["patient_id"], ["__count"])
        )
        for patient in self:
            patient.visit_count = counts.get(patient._origin, 0)

    @api.depends("visit_ids.state")
    def _compute_no_show_count(self):
        missed = [("patient_id", "in", self.ids), ("state", "=", "no_show")]
        counts = dict(self.env["clinic.visit"]._read_group(missed, ["patient_id"], ["__count"]))
        for patient in self:
            patient.no_show_count = counts.get(patient._origin, 0)

    def action_view_visits(self):
        """Open this patient's visits."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits of %s", self.name),
            "res_model": "clinic.visit",
            "view_mode": "list,form,calendar",
            "domain": [("patient_id", "=", self.id)],
            "context": {**self.env.context, "default_patient_id": self.id, "propose_start": True},
        }

    def action_book_visit(self):
        """Open a new visit of this patient."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Visit"),
            "res_model": "clinic.visit",
            "view_mode": "form",
            "context": {"default_patient_id": self.id, "propose_start": True},
        }
