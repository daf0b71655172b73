from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ClinicSessionStep(models.TransientModel):
    """What managers do with the sessions of a course: extend, transfer, give back. Each is a row of the ledger."""

    _name = "clinic.session.step"
    _description = "Change Sessions"

    kind = fields.Selection([("extend", "Extend"), ("transfer", "Transfer"), ("give_back", "Give Back")], required=True)
    course_id = fields.Many2one("clinic.course", required=True, ondelete="cascade")
    reason = fields.Char(required=True)
    valid_to = fields.Date(string="Valid Until")
    patient_id = fields.Many2one("clinic.patient", string="To Patient", ondelete="cascade")
    session_ids = fields.Many2many("clinic.session", domain="[('id', 'in', session_choice_ids)]")
    session_choice_ids = fields.Many2many("clinic.session", compute="_compute_session_choice_ids")

    @api.depends("course_id", "kind")
    def _compute_session_choice_ids(self):
        states = {"extend": ("open",), "transfer": ("open",), "give_back": ("redeemed", "missed")}
        for step in self:
            wanted = states.get(step.kind, ())
            step.session_choice_ids = step.course_id.session_ids.filtered(lambda s, wanted=wanted: s.state in wanted)

    def action_do(self):
        """Do what was chosen.

        :raises AccessError: for anyone but managers, or reception for a transfer
        :raises UserError: when it is not possible, in words
        """
        self.ensure_one()
        self.course_id.check_access("read")
        role = "clinic.group_reception" if self.kind == "transfer" else "clinic.group_manager"
        if not (self.env.su or self.env.user.has_group(role)):
            raise AccessError(self.env._("Ask a manager to change the sessions of a course."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why in a few words."))
        # The right was checked; the ledger is written by nobody else.
        course = self.course_id.sudo()
        if self.kind == "extend":
            course._extend(self.valid_to, self.reason)
        elif self.kind == "transfer":
            course._transfer(self.patient_id, self.reason)
        else:
            course._give_back(self.session_ids.sudo(), self.reason)
        return {"type": "ir.actions.act_window_close"}
