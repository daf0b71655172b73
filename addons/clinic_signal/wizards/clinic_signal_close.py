from odoo import fields, models
from odoo.exceptions import UserError


class ClinicSignalClose(models.TransientModel):
    """What came of a patient's report, where it is no reaction."""

    _name = "clinic.signal.close"
    _description = "Close a Patient's Report"

    signal_id = fields.Many2one("clinic.signal", required=True, ondelete="cascade")
    outcome = fields.Selection(
        [("advice", "Advice given"), ("nothing", "Nothing found")], string="What Came of It", required=True
    )
    finding = fields.Text(string="In Words", help="What was seen, and what the patient was told.")

    def action_close(self):
        """Close the report."""
        self.ensure_one()
        finding = (self.finding or "").strip()
        if self.outcome == "advice" and not finding:
            raise UserError(self.env._("Write down what the patient was told."))
        self.signal_id._close(self.outcome, finding)
        return {"type": "ir.actions.act_window_close"}
