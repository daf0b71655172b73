from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    currency_id = fields.Many2one(related="company_id.currency_id")
    invoice_ids = fields.One2many(
        "account.move",
        "clinic_visit_id",
        string="Invoices and Credit Notes",
        groups="account.group_account_invoice",
    )
    invoice_id = fields.Many2one(
        "account.move",
        compute="_compute_invoice_id",
        groups="account.group_account_invoice",
        help="The invoice by which this visit was checked out; the last one, where others were credited in full.",
    )
    checked_out_at = fields.Datetime(copy=False, readonly=True)
    is_checked_out = fields.Boolean(
        compute="_compute_is_checked_out",
        compute_sudo=True,
        help="Its invoice is neither cancelled nor credited in full, so what was used in it is not changed any more.",
    )
    payment_state = fields.Selection(
        selection=[
            ("none", "To check out"),
            ("not_paid", "Not paid"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("credited", "Credited"),
        ],
        compute="_compute_amounts",
        compute_sudo=True,
        string="Payment",
    )
    amount_total = fields.Monetary(compute="_compute_amounts", compute_sudo=True, string="Total")
    amount_due = fields.Monetary(compute="_compute_amounts", compute_sudo=True)
    patient_due = fields.Monetary(related="patient_id.amount_due", string="Patient Owes")

    @api.depends("invoice_ids.state", "invoice_ids.move_type", "invoice_ids.clinic_credited")
    def _compute_invoice_id(self):
        for visit in self:
            invoices = visit.invoice_ids.filtered(
                lambda move: move.move_type == "out_invoice" and move.state != "cancel"
            )
            visit.invoice_id = invoices.sorted(lambda move: (not move.clinic_credited, move._origin.id))[-1:]

    @api.depends("checked_out_at", "invoice_ids.state", "invoice_ids.move_type", "invoice_ids.clinic_credited")
    def _compute_is_checked_out(self):
        for visit in self:
            invoices = visit.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
            # What came from a paper record was checked out there, and has no invoice here.
            live = any(invoice._clinic_is_live() for invoice in invoices) if invoices else visit.checked_out_at
            visit.is_checked_out = bool(live)

    @api.depends(
        "procedure_ids.price_total",
        "invoice_ids.state",
        "invoice_ids.amount_total",
        "invoice_ids.amount_residual",
        "invoice_ids.clinic_credited",
    )
    def _compute_amounts(self):
        """What the visit costs: its invoice once there is one, before that what checkout would charge."""
        states = {"not_paid": "not_paid", "partial": "partial"}
        for visit in self:
            invoice = visit.invoice_id
            if invoice:
                visit.amount_total = invoice.amount_total_signed
                visit.amount_due = invoice.amount_residual_signed
                paid = "credited" if invoice.clinic_credited else "paid"
                visit.payment_state = states.get(invoice.payment_state, paid)
            else:
                visit.amount_total = visit._amount_expected()
                visit.amount_due = 0.0
                visit.payment_state = "none"

    @api.model
    def _prepare_procedure(self, vals):
        treatment = self.env["product.template"].browse(vals["treatment_id"])
        price = treatment._clinic_price(self.env.company, vals["start"])
        return {**super()._prepare_procedure(vals), "price_unit": price}

    def _amount_expected(self):
        """Return the amount with taxes that checkout would charge; other addons add what else it charges."""
        self.ensure_one()
        return sum(self.procedure_ids.mapped("price_total"))

    def action_checkout(self):
        """Make and post the one invoice of this visit and open the payment.

        On a visit that was checked out before, open its invoice: a double click makes no second one. An invoice that
        was credited in full is answered by another.
        :raises UserError: when the visit is not done, or there is nothing to charge
        """
        self.ensure_one()
        self.check_access("write")
        self._wait_for_other_checkout()
        if self.invoice_id and not self.invoice_id.clinic_credited:
            return self.action_view_invoice()
        self._check_checkout()
        invoice = self._create_invoice()
        invoice.action_post()
        self.checked_out_at = fields.Datetime.now()
        if self.company_id.currency_id.is_zero(invoice.amount_residual):
            return self.action_view_invoice()
        return self.action_register_payment()

    def _create_invoice(self):
        """Create this visit's invoice, free of the defaults of the screen from which it was asked for."""
        moves = self.env(context=clean_context(self.env.context))["account.move"]
        return moves.with_company(self.company_id).create(self._prepare_invoice())

    def _wait_for_other_checkout(self):
        """Let a checkout of the same visit finish first.

        It changes the visit's row, so this transaction then fails to serialize and Odoo runs it again, when it sees
        the invoice. The unique index stands behind it.
        """
        self.env.execute_query(SQL("SELECT id FROM clinic_visit WHERE id = %s FOR UPDATE", self.id))

    def _check_checkout(self):
        """Raise ``UserError`` when this visit cannot be charged."""
        self.ensure_one()
        if self.state != "done":
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(visit)s is “%(state)s”. Only a visit that is done can be checked out.",
                    visit=self._spoken_name(),
                    state=labels[self.state],
                )
            )
        if not self._procedures_to_charge():
            raise UserError(
                self.env._("%s: nothing was performed, so there is nothing to charge.", self._spoken_name())
            )
        journal = self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(self.company_id), ("type", "=", "sale")], limit=1
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no sales journal. Ask the accountant to set up the chart of accounts.",
                    self.company_id.name,
                )
            )

    def _procedures_to_charge(self):
        """Return the procedures that were performed."""
        return self.procedure_ids.filtered(lambda p: p.state == "done").sorted("start")

    def _prepare_invoice(self):
        """Return the values of this visit's invoice."""
        self.ensure_one()
        lines = [vals for procedure in self._procedures_to_charge() for vals in procedure._prepare_invoice_lines()]
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": self.patient_id.partner_id.id,
            "clinic_visit_id": self.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.company_id._clinic_today(),
            "invoice_origin": self.name,
            "invoice_user_id": self.env.uid,
            "invoice_line_ids": [fields.Command.create(vals) for vals in lines],
        }

    def action_register_payment(self):
        """Open Odoo's payment of this visit's invoice; once paid, the screen stays where it was."""
        self.ensure_one()
        action = self.invoice_id.with_env(self.env(context=clean_context(self.env.context))).action_register_payment()
        return {**action, "context": {**action.get("context", {}), "dont_redirect_to_payments": True}}

    def action_print_invoice(self):
        """Print this visit's invoice as Odoo does."""
        self.ensure_one()
        return self.env.ref("account.account_invoices").report_action(self.invoice_id, config=False)

    def action_view_invoice(self):
        """Open this visit's invoice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "views": [[False, "form"]],
            "context": {"default_move_type": "out_invoice"},
        }
