from odoo import api, fields, models


class ClinicVisitBook(models.TransientModel):
    """What not coming costs is said before the visit is booked."""

    _inherit = "clinic.visit.book"

    fee_text = fields.Text(compute="_compute_fee_text", string="If the Patient Does Not Come")

    @api.depends("patient_id", "treatment_ids", "treatment_order", "start", "company_id")
    def _compute_fee_text(self):
        rules = self.env["clinic.fee.rule"]
        for wizard in self:
            agreed = self.env["clinic.visit"]._prepare_fee(
                wizard.company_id, wizard.patient_id._origin, wizard._ordered_treatments(), wizard.start
            )
            # As it will be kept, but in the words of the one who reads it out.
            rule = rules.sudo().browse(agreed.get("fee_rule_id"))
            wizard.fee_text = rule._text(wizard.company_id, agreed) if agreed else False
