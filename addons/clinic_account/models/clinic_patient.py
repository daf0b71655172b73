from odoo import fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    currency_id = fields.Many2one("res.currency", compute="_compute_amount_due", compute_sudo=True)
    amount_due = fields.Monetary(
        compute="_compute_amount_due",
        compute_sudo=True,
        help="What the patient owes on posted invoices of all branches, less payments and credit notes.",
    )

    invoice_reader_ids = fields.Many2many(
        "res.partner",
        "clinic_patient_invoice_reader_rel",
        "patient_id",
        "partner_id",
        string="May See Invoices",
        groups="clinic.group_reception",
        help="Guardians and others who see this patient's invoices when they log in to the portal. Family and employers "
        "who are not listed here see none of them.",
    )

    def _compute_amount_due(self):
        groups = self.env["account.move"]._read_group(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
            ],
            ["partner_id"],
            ["amount_residual_signed:sum"],
        )
        due = dict(groups)
        for patient in self:
            patient.currency_id = self.env.company.currency_id
            patient.amount_due = due.get(patient.partner_id, 0.0)

    def action_view_invoices(self):
        """Open this patient's invoices."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("partner_id", "=", self.partner_id.id), ("move_type", "in", ("out_invoice", "out_refund"))],
        }
