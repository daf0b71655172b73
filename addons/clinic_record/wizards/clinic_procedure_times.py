from odoo import fields, models


class ClinicProcedureTimes(models.TransientModel):
    """Asks when a procedure really began and ended, and why that differs from the taps."""

    _name = "clinic.procedure.times"
    _description = "Correct the Times of a Procedure"
    _clinic_unlocked_fields = {"procedure_id": "said by the button that opens the dialog; correcting asks who may"}

    procedure_id = fields.Many2one("clinic.procedure", required=True, readonly=True, ondelete="cascade")
    state = fields.Selection(related="procedure_id.state")
    started_at = fields.Datetime(string="Began", required=True)
    done_at = fields.Datetime(string="Ended")
    reason = fields.Char(required=True)

    def action_apply(self):
        """Note the times in the name of who asks."""
        self.ensure_one()
        self.procedure_id.correct_times(self.started_at, self.done_at, self.reason)
        return {"type": "ir.actions.act_window_close"}
