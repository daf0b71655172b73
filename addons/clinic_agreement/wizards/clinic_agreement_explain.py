from odoo import fields, models

from odoo.addons.clinic.reasons import check_reason


class ClinicAgreementExplain(models.TransientModel):
    """Why a difference is as it should be."""

    _name = "clinic.agreement.explain"
    _description = "Explain a Difference"

    line_id = fields.Many2one("clinic.agreement.line", required=True, ondelete="cascade")
    reason = fields.Char(string="Why It Is Right", required=True)

    def action_explain(self):
        """Keep the explanation: as long as it is the same difference, it is none in the nights to come."""
        self.ensure_one()
        question = self.env._("Write why this is right, e.g. “Opening balance of the old system”.")
        self.line_id._explain(check_reason(self.env, self.reason, question))
        return {"type": "ir.actions.act_window_close"}
