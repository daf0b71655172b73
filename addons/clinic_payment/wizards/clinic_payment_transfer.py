from odoo import api, fields, models


class ClinicPaymentTransfer(models.TransientModel):
    """Out of which account money was transferred to a patient."""

    _name = "clinic.payment.transfer"
    _description = "Transfer to a Patient"

    payment_id = fields.Many2one("account.payment", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="payment_id.company_id")
    currency_id = fields.Many2one(related="payment_id.currency_id")
    amount = fields.Monetary(compute="_compute_what")
    account_number = fields.Char(compute="_compute_what", string="Wallet or Account")
    journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_journal_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        string="Out Of",
        check_company=True,
        domain=[("type", "in", ("bank", "cash"))],
    )

    @api.depends("payment_id")
    def _compute_what(self):
        for wizard in self:
            refund = wizard.payment_id._clinic_refund_to_transfer()
            wizard.amount, wizard.account_number = refund.amount, refund.account_number

    @api.depends("payment_id")
    def _compute_journal_id(self):
        for wizard in self:
            journals = self.env["account.journal"]
            domain = [*journals._check_company_domain(wizard.payment_id.company_id), ("type", "=", "bank")]
            wizard.journal_id = journals.search(domain, limit=1)

    def action_transfer(self):
        """Enter that the money went out; the payment to the patient is posted today.

        :raises AccessError: for anyone but accountants
        :raises UserError: where nothing is to be transferred any more
        """
        self.ensure_one()
        self.journal_id.check_access("read")
        self.payment_id._clinic_refund_to_transfer()._transfer(self.journal_id.sudo())
        return {"type": "ir.actions.act_window_close"}
