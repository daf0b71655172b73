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
            amounts = wizard._late_fees()
            wizard.fee_note = (
                self.env._("Too late: %s is charged, as was agreed.", " + ".join(amounts.values()))
                if amounts
                else False
            )
            wizard.can_waive_fee = bool(amounts) and may_waive

    def _late_fees(self):
        """Return {visit: what it costs, in words} of the visits that the patient cancels too late."""
        # What a cancellation costs is told to anyone who may cancel.
        amounts = {visit: visit.sudo()._fee_amount("late") for visit in self._visits_too_late()}
        return {visit: visit.currency_id.format(amount) for visit, amount in amounts.items() if amount}

    def _visits_too_late(self):
        """Return those of the visits that the patient cancels too late, for the chosen reason."""
        self.ensure_one()
        visits = self.visit_ids._origin
        if not self.reason_id.by_patient:
            return visits.browse()
        return visits.filtered(lambda visit: visit.state != "held" and visit._is_past_agreed_cutoff())

    def action_cancel_visits(self):
        self.ensure_one()
        if self.waive_fee:
            for visit in self._late_fees():
                visit.action_waive_fee(self.waive_reason or "")
        return super().action_cancel_visits()
