from odoo import api, fields, models


class ClinicVisitCancel(models.TransientModel):
    """What a cancellation at this moment costs, and whether that is waived."""

    _inherit = "clinic.visit.cancel"

    fee_note = fields.Char(compute="_compute_fee_note", string="Fee")
    can_waive_fee = fields.Boolean(compute="_compute_fee_note")
    waive_fee = fields.Boolean("Waive It")
    waive_reason = fields.Char("Why")

    @api.depends("visit_ids", "reason_id")
    def _compute_fee_note(self):
        may_waive = self.env.user.has_group("clinic_fee.group_waive_fee")
        for wizard in self:
            amounts = {visit: visit._fee_amount("late") for visit in wizard._visits_too_late()}
            total = sum(amounts.values())
            wizard.fee_note = (
                self.env._("Too late: %s is charged, as was agreed.", self.env.company.currency_id.format(total))
                if total
                else False
            )
            wizard.can_waive_fee = bool(total) and may_waive

    def _visits_too_late(self):
        """Return those of the visits that the patient cancels too late, for the chosen reason."""
        self.ensure_one()
        visits = self.visit_ids._origin
        if not self.reason_id.by_patient:
            return visits.browse()
        return visits.filtered(lambda visit: visit._is_past_cutoff())

    def action_cancel_visits(self):
        self.ensure_one()
        if self.waive_fee:
            for visit in self._visits_too_late().filtered(lambda visit: visit._fee_amount("late")):
                visit.action_waive_fee(self.waive_reason or "")
        return super().action_cancel_visits()
