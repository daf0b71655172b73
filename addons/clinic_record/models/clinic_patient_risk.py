from odoo import api, fields, models


class ClinicPatient(models.Model):
    """The patient's risks and adverse reactions, for those who treat."""

    _inherit = "clinic.patient"

    risk_ids = fields.One2many("clinic.risk", "patient_id", groups="clinic.group_cosmetologist")
    reaction_ids = fields.One2many("clinic.reaction", "patient_id", groups="clinic.group_cosmetologist")
    risk_count = fields.Integer(
        compute="_compute_risk_count", string="Current Risks", groups="clinic.group_cosmetologist"
    )

    @api.depends("risk_ids.date_from", "risk_ids.date_to")
    def _compute_risk_count(self):
        current = [("patient_id", "in", self.ids), ("current", "=", True)]
        counts = dict(self.env["clinic.risk"]._read_group(current, ["patient_id"], ["__count"]))
        for patient in self:
            patient.risk_count = counts.get(patient._origin, 0)

    def action_view_risks(self):
        """Open this patient's risks, the current ones first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_record.clinic_risk_action")
        context = {"default_patient_id": self.id, "search_default_current": 1}
        return {**action, "domain": [("patient_id", "=", self.id)], "context": context}

    def action_record_risk(self):
        """Open the short form for a risk of this patient."""
        return self._action_record("clinic_record.action_record_risk")

    def action_record_reaction(self):
        """Open the short form for an adverse reaction of this patient."""
        return self._action_record("clinic_record.action_record_reaction")

    def _action_record(self, action):
        self.ensure_one()
        values = self.env["ir.actions.act_window"]._for_xml_id(action)
        return {**values, "context": {"default_patient_id": self.id}}
