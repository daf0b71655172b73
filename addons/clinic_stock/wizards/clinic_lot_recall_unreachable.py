from odoo import fields, models


class ClinicLotRecallUnreachable(models.TransientModel):
    """Why patients of a recall cannot be reached."""

    _name = "clinic.lot.recall.unreachable"
    _description = "Patients Not Reachable"

    line_ids = fields.Many2many("clinic.lot.recall.line", required=True)
    reason = fields.Char(required=True)

    def action_mark(self):
        """Mark these patients as not reachable."""
        self.ensure_one()
        self.line_ids.mark_unreachable(self.reason)
        return {"type": "ir.actions.act_window_close"}
