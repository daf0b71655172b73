from odoo import api, fields, models

from ..const import CHANNELS, USUAL_CHANNEL


class ClinicVisitBook(models.TransientModel):
    """The deposit is told before the visit is booked."""

    _inherit = "clinic.visit.book"

    deposit_channel = fields.Selection(CHANNELS, string="Booked", required=True, default=USUAL_CHANNEL)
    has_deposit_rules = fields.Boolean(compute="_compute_has_deposit_rules")
    deposit_text = fields.Text(compute="_compute_deposit_text", string="Deposit")

    @api.depends("company_id")
    def _compute_has_deposit_rules(self):
        for wizard in self:
            wizard.has_deposit_rules = bool(self.env["clinic.deposit.rule"]._ids_of(wizard.company_id.id))

    @api.depends("patient_id", "treatment_ids", "treatment_order", "start", "company_id", "deposit_channel")
    def _compute_deposit_text(self):
        for wizard in self:
            visits = self.env["clinic.visit"].with_context(clinic_deposit_channel=wizard.deposit_channel)
            asked = visits._prepare_deposit(
                wizard.company_id, wizard.patient_id._origin, wizard._ordered_treatments(), wizard.start
            )
            # As it will be kept, but in the words of the one who reads it out.
            rule = self.env["clinic.deposit.rule"].sudo().browse(asked.get("deposit_rule_id"))
            wizard.deposit_text = (
                rule._text(wizard.company_id, asked["deposit_amount"], asked["deposit_until"]) if asked else False
            )

    def _visits_at(self, start, reason):
        visits, entered = super()._visits_at(start, reason)
        return visits.with_context(clinic_deposit_channel=self.deposit_channel), entered

    def _close(self, visit):
        """Say what the visit waits for."""
        action = super()._close(visit)
        if visit.state == "held" and visit.deposit_asked_at:
            action["params"]["message"] = f"{action['params']['message']}. {visit.deposit_text}"
        return action
