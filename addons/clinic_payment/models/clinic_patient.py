from odoo import fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    advance_count = fields.Integer(compute="_compute_advance", compute_sudo=True, string="Payments in Advance")
    advance_amount = fields.Monetary(
        compute="_compute_advance", compute_sudo=True, string="Paid in Advance", help="And not used yet."
    )

    def _compute_advance(self):
        for patient in self:
            payments = self.env["account.payment"].search(patient._advance_domain())
            patient.advance_count = len(payments)
            patient.advance_amount = sum(payments.mapped("clinic_open_amount"))

    def _advance_domain(self):
        """Return which payments in advance are this patient's."""
        return [("clinic_visit_id", "!=", False), ("partner_id", "in", self._united_partners().ids)]

    def action_view_advance(self):
        """Open what this patient has paid in advance."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_payment.account_payment_advance_action")
        return {**action, "domain": self._advance_domain()}
