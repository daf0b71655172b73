from odoo import fields, models


class ClinicVisitCancel(models.TransientModel):
    _name = "clinic.visit.cancel"
    _description = "Cancel Visits"

    visit_ids = fields.Many2many("clinic.visit", required=True)
    reason_id = fields.Many2one("clinic.cancel.reason", required=True)

    def action_cancel_visits(self):
        """Cancel the visits for the chosen reason."""
        self.ensure_one()
        self.visit_ids.action_cancel(self.reason_id)
        return {"type": "ir.actions.act_window_close"}
