from odoo import api, fields, models


class ClinicDepositTake(models.TransientModel):
    """By what the patient pays the deposit at the desk."""

    _name = "clinic.deposit.take"
    _description = "Take a Deposit"

    visit_id = fields.Many2one("clinic.visit", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="visit_id.currency_id")
    amount = fields.Monetary(related="visit_id.deposit_due")
    method_ids = fields.Many2many("account.payment.method.line", compute="_compute_method_ids")
    method_id = fields.Many2one(
        "account.payment.method.line",
        compute="_compute_method_id",
        store=True,
        readonly=False,
        string="Paid By",
        domain="[('id', 'in', method_ids)]",
    )

    @api.depends("visit_id")
    def _compute_method_ids(self):
        for wizard in self:
            wizard.method_ids = self.env["clinic.checkout"]._method_lines(wizard.visit_id.company_id)

    @api.depends("method_ids")
    def _compute_method_id(self):
        for wizard in self:
            wizard.method_id = wizard.method_ids[:1]

    def action_take(self):
        """Take the deposit and book the visit."""
        self.ensure_one()
        return self.visit_id.take_deposit(self.method_id.id)
