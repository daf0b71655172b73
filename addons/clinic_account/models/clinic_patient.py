from odoo import fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    currency_id = fields.Many2one("res.currency", compute="_compute_amount_due", compute_sudo=True)
    amount_due = fields.Monetary(
        compute="_compute_amount_due",
        compute_sudo=True,
        help="What the patient owes on posted invoices of all branches, less payments and credit notes.",
    )

    def _compute_amount_due(self):
        groups = self.env["account.move"]._read_group(
            [
                ("partner_id", "in", self._united_partners().ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
            ],
            ["partner_id"],
            ["amount_residual_signed:sum"],
        )
        due = dict(groups)
        for patient in self:
            patient.currency_id = self.env.company.currency_id
            # Invoices from before a merge stay with the contact for whom they were made.
            patient.amount_due = sum(due.get(partner, 0.0) for partner in patient._united_partners())

    def action_view_invoices(self):
        """Open this patient's invoices."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [
                ("partner_id", "in", self._united_partners().ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ],
        }
