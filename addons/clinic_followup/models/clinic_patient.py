from odoo import fields, models
from odoo.fields import Domain


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    recall_count = fields.Integer(
        compute="_compute_recall_count", string="To Call About", groups="clinic.group_reception"
    )

    def _compute_recall_count(self):
        recalls = self.env["clinic.recall"]
        due = recalls._due_domain() & Domain("patient_id", "in", self.ids)
        counts = dict(recalls._read_group(due, ["patient_id"], ["__count"]))
        for patient in self:
            patient.recall_count = counts.get(patient._origin, 0)

    def action_call(self):
        """Open the call to this patient."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("clinic_followup.clinic_due_list_action")
        return {**action, "params": {"patient_id": self.id}}
