from odoo import api, fields, models


class ClinicConsumptionUndo(models.TransientModel):
    """Whether the vial of a dose that is taken back was really opened."""

    _name = "clinic.consumption.undo"
    _description = "Take Back a Dose"

    consumption_ids = fields.Many2many("clinic.consumption", required=True)
    vials = fields.Char(compute="_compute_vials")

    @api.depends("consumption_ids")
    def _compute_vials(self):
        for wizard in self:
            wizard.vials = ", ".join(wizard.consumption_ids._origin._opened_vials().mapped("name"))

    def action_sealed(self):
        """Take the dose back; the vial is sealed, and its clock stops."""
        return self._undo(opened=False)

    def action_opened(self):
        """Take the dose back; the vial stays open, and its clock runs on."""
        return self._undo(opened=True)

    def _undo(self, opened):
        self.consumption_ids.action_undo(opened=opened)
        return {"type": "ir.actions.act_window_close"}
