from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"
    # What only a checkout, its invoices and payments say of a visit.
    _clinic_locked = ("invoice_ids", "invoice_id", "is_checked_out", "payment_state", "amount_due")

    currency_id = fields.Many2one(related="company_id.currency_id")
    invoice_ids = fields.One2many(
        "account.move",
        "clinic_visit_id",
        string="Invoices and Credit Notes",
        groups="account.group_account_invoice",
    )
    # The one truth of whether a visit is checked out and paid: the board, filters, buttons and other addons read it.
    # A new visit has no invoice: the defaults, which Odoo takes for fields that are not readonly alone, save anyone who
    # books from looking that up. Nobody writes them: they are locked.
    invoice_id = fields.Many2one(
        "account.move",
        compute="_compute_checkout",
        compute_sudo=True,
        store=True,
        readonly=False,
        default=False,
        index="btree_not_null",
        groups="account.group_account_invoice",
        help="The invoice by which this visit was checked out; the last one, where others were credited in full.",
    )
    checked_out_at = fields.Datetime(copy=False, readonly=True)
    is_checked_out = fields.Boolean(
        compute="_compute_checkout",
        compute_sudo=True,
        store=True,
        readonly=False,
        default=False,
        help="Its invoice is neither cancelled nor credited in full, so what was used in it is not changed any more.",
    )
    payment_state = fields.Selection(
        selection=[
            ("none", "To check out"),
            ("draft", "Invoice in draft"),
            ("not_paid", "Not paid"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("credited", "Credited"),
            ("elsewhere", "Charged elsewhere"),
        ],
        compute="_compute_checkout",
        compute_sudo=True,
        store=True,
        readonly=False,
        default="none",
        string="Payment",
    )
    # No Monetary: that would read company and currency to round the zero of each booking. It is the sum of rounded
    # amounts, of which no currency has more digits.
    amount_due = fields.Float(
        digits=(16, 4),
        compute="_compute_checkout",
        compute_sudo=True,
        store=True,
        readonly=False,
        default=0.0,
        help="What is still to be paid of the posted invoices of this visit.",
    )
    amount_total = fields.Monetary(compute="_compute_amounts", compute_sudo=True, string="Total")
    patient_due = fields.Monetary(related="patient_id.amount_due", string="Patient Owes")

    _to_check_out_idx = models.Index("(company_id) WHERE state = 'done' AND is_checked_out IS NOT TRUE")
    _unpaid_idx = models.Index("(company_id) WHERE amount_due > 0")

    @api.depends(
        "checked_out_at",
        "invoice_ids.amount_residual_signed",
        "invoice_ids.amount_total_signed",
        "invoice_ids.clinic_credited",
        "invoice_ids.clinic_supplement",
        "invoice_ids.move_type",
        "invoice_ids.payment_state",
        "invoice_ids.state",
    )
    def _compute_checkout(self):
        for visit in self:
            charges = visit.invoice_ids.filtered(lambda m: m.move_type == "out_invoice" and m.state != "cancel")
            own = charges.filtered(lambda move: move._clinic_is_own())
            visit.invoice_id = own.sorted(lambda move: (not move.clinic_credited, move._origin.id))[-1:]
            visit.is_checked_out = visit._is_charged()
            visit.amount_due = sum(charge._clinic_amount_due() for charge in charges)
            visit.payment_state = visit._payment_state(charges)
        if self.pool.ready:
            # Payments are taken elsewhere, too, and the open boards learn of them.
            self._origin._notify_board()

    def _is_charged(self):
        """Return whether an invoice charges this visit; one that came from a paper record was charged there."""
        self.ensure_one()
        if self.invoice_ids.filtered(lambda move: move._clinic_is_own()):
            return bool(self.invoice_id) and self.invoice_id._clinic_is_live()
        return bool(self.checked_out_at)

    def _payment_state(self, charges):
        """Return how far this visit with the documents ``charges`` is paid, by what is due: the one rule for that."""
        self.ensure_one()
        if not self.invoice_id:
            return "elsewhere" if self.is_checked_out else "none"
        if self.invoice_id.clinic_credited:
            return "credited"
        if self.invoice_id.state == "draft":
            return "draft"
        live = charges.filtered(lambda charge: charge.state == "posted" and not charge.clinic_credited)
        total, currency = sum(live.mapped("amount_total_signed")), self.company_id.sudo().currency_id
        if currency.compare_amounts(self.amount_due, 0) <= 0:
            return "paid"
        return "partial" if currency.compare_amounts(self.amount_due, total) < 0 else "not_paid"

    @api.depends(
        "procedure_ids.discount",
        "procedure_ids.price_unit",
        "procedure_ids.quantity",
        "procedure_ids.state",
        "procedure_ids.treatment_id",
        "patient_id",
        "invoice_id",
        "invoice_ids.amount_total_signed",
        "invoice_ids.clinic_credited",
        "invoice_ids.clinic_supplement",
        "invoice_ids.state",
    )
    def _compute_amounts(self):
        """What the visit costs: its invoices once there is one, before that what checkout would charge."""
        for visit in self:
            invoice = visit.invoice_id
            if invoice:
                further = visit.invoice_ids.filtered(lambda m: m.clinic_supplement and m.move_type == "out_invoice")
                charges = invoice | further.filtered(lambda move: move._clinic_is_live())
                visit.amount_total = sum(charges.mapped("amount_total_signed"))
            else:
                visit.amount_total = visit._amount_expected()

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        # What comes from a paper record was checked out there.
        visits.filtered("checked_out_at")._compute_checkout()
        return visits

    @api.model
    def _prepare_procedure(self, vals, patient):
        treatment = self.env["product.template"].browse(vals["treatment_id"])
        price = treatment._clinic_price(self.env.company, vals["start"], patient)
        return {**super()._prepare_procedure(vals, patient), "price_unit": price}

    def _amount_expected(self):
        """Return the amount with taxes that checkout would charge: that of its invoice, computed as Odoo does it."""
        self.ensure_one()
        lines = self._prepare_lines(self.procedure_ids.filtered(lambda p: p.state != "cancelled" and p.treatment_id))
        return self.company_id._clinic_total(lines, self.patient_id.partner_id)["total_included"] if lines else 0.0

    def _prepare_lines(self, procedures):
        """Return the values of the invoice lines of ``procedures``, in the order of time."""
        ordered = procedures.sorted(lambda procedure: (not procedure.start, procedure.start))
        return [vals for procedure in ordered for vals in procedure._prepare_invoice_lines()]

    def action_checkout(self):
        """Make and post the one invoice of this visit and open the payment.

        On a visit that was checked out before, open its invoice: a double click makes no second one. An invoice that
        was credited in full is answered by another.
        :raises UserError: when the visit is not done, or there is nothing to charge
        """
        self.ensure_one()
        self.check_access("write")
        self._wait_for_other_checkout()
        if self.is_checked_out and self.invoice_id:
            return self.action_view_invoice()
        invoice = self._check_out()
        if self.company_id.currency_id.is_zero(invoice.amount_residual):
            return self.action_view_invoice()
        return self.action_register_payment()

    def _check_out(self):
        """Make and post the invoice of this visit and return it."""
        self._check_checkout()
        invoice = self._create_invoice()
        invoice.action_post()
        # The right to the visit was checked, and nobody says this but a checkout.
        self.sudo().checked_out_at = fields.Datetime.now()
        return invoice

    def _create_invoice(self, **values):
        """Create this visit's invoice, or another one with ``values``, free of the defaults of the caller's screen."""
        # What was cancelled or credited just now must not stand in the way of the unique index.
        self.env["account.move"].flush_model(["clinic_credited", "clinic_supplement", "state"])
        moves = self.env(context=clean_context(self.env.context))["account.move"]._clinic_writing()
        moves = moves.with_company(self.company_id)
        prepared = {**self._prepare_invoice(), **values}
        lines = [self.company_id._clinic_on_documents(line) for line in prepared["invoice_line_ids"]]
        return moves.create({**prepared, "invoice_line_ids": lines}).with_env(self.env)

    def _forget_checkout(self):
        """Let these visits, whose invoice was deleted, be checked out again; those that have another one stay."""
        self.filtered(lambda visit: not visit.invoice_id).checked_out_at = False

    def _wait_for_other_checkout(self):
        """Let a checkout of the same visit finish first.

        It changes the visit's row, so this transaction then fails to serialize and Odoo runs it again, when it sees
        the invoice. The unique index stands behind it.
        """
        self.env.execute_query(SQL("SELECT id FROM clinic_visit WHERE id = %s FOR UPDATE", self.id))

    def _hold_off_checkout(self):
        """Change the rows of these visits, so that a checkout at this moment fails to serialize, and is run again.

        It would charge what it sees, and leave out what is being changed. After it, this transaction is the one that is
        run again, and refused.
        """
        self.env.execute_query(
            SQL("UPDATE clinic_visit SET write_date = write_date WHERE id = ANY(%s) RETURNING id", self.ids)
        )

    def _check_not_charged(self):
        """Raise ``UserError`` when an invoice charges one of these visits: what it charges is not changed any more."""
        for visit in self.filtered("is_checked_out"):
            raise UserError(
                self.env._(
                    "%s has been checked out. Ask the accountant to credit its invoice in full before you change what "
                    "it charges; then check the visit out again.",
                    visit._spoken_name(),
                )
            )

    def _check_checkout(self):
        """Raise ``UserError`` when this visit cannot be charged."""
        self.ensure_one()
        if self.is_checked_out:
            raise UserError(self.env._("%s was charged before the visit came into this system.", self.patient_id.name))
        if self.state != "done":
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(visit)s is “%(state)s”. Only a visit that is done can be checked out.",
                    visit=self._spoken_name(),
                    state=labels[self.state],
                )
            )
        if not self._has_something_to_charge():
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
        return self.procedure_ids.filtered(lambda p: p.state == "done")

    def _has_something_to_charge(self):
        """Return whether checkout has something to account for; other addons sell more than what was performed."""
        return bool(self._procedures_to_charge())

    def _prepare_invoice(self):
        """Return the values of this visit's invoice."""
        self.ensure_one()
        lines = self._prepare_lines(self._procedures_to_charge())
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
        invoices = self._invoices_to_pay().with_env(self.env(context=clean_context(self.env.context)))
        action = invoices.action_register_payment()
        return {**action, "context": {**action.get("context", {}), "dont_redirect_to_payments": True}}

    def _invoices_to_pay(self):
        """Return the posted invoices of this visit of which something is due. Raise ``UserError`` without any."""
        self.ensure_one()
        invoices = self.invoice_ids.filtered(lambda m: m.move_type == "out_invoice" and m._clinic_amount_due() > 0)
        if not invoices:
            raise UserError(self.env._("Nothing is to be paid for this visit of %s.", self.patient_id.name))
        return invoices

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
