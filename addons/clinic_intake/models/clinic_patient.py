from odoo import fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    intake_ids = fields.One2many("clinic.intake", "patient_id", groups="clinic.group_cosmetologist")

    def action_view_intakes(self):
        """Open what this patient has answered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Intakes: %s", self.name),
            "res_model": "clinic.intake",
            "view_mode": "list,form",
            "domain": [("patient_id", "in", [self.id, *self.with_context(active_test=False).merged_from_ids.ids])],
        }
