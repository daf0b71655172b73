from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from odoo.addons.clinic.door import a_text, takes

CAUSES = [
    ("change_of_mind", "Change of mind"),
    ("medical", "Medical reason"),
    ("adverse_event", "Adverse event"),
    ("clinic_fault", "The clinic's fault"),
]


class ClinicRefund(models.Model):
    """Money or credit that a patient gets back: asked for by one person, approved by another, never by the same.

    A request keeps the figures that were shown when it was made, line by line. Approving it does everything in one
    transaction: the credit note, what else follows from it (other addons add theirs), and the payment back. Addons say
    what is refunded; nobody has the right to write these rows by hand.
    """

    _name = "clinic.refund"
    _description = "Refund"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "id desc"

    name = fields.Char(string="Number", required=True, readonly=True, copy=False)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        ondelete="restrict",
        index=True,
        groups="account.group_account_invoice",
        help="What the patient bought by it is refunded; empty where an unused payment is given back.",
    )
    cause = fields.Selection(CAUSES, required=True, readonly=True)
    reason = fields.Char(readonly=True, string="Note")
    rule_name = fields.Char(string="Rule", readonly=True, translate=True)
    outcome = fields.Selection(
        [
            ("money", "Money back as it was paid"),
            ("wallet", "Transfer to the patient's wallet or account"),
            ("credit", "Credit for the patient"),
            ("swap", "Credit for another package"),
        ],
        required=True,
        readonly=True,
        default="money",
    )
    line_ids = fields.One2many("clinic.refund.line", "refund_id", readonly=True)
    amount_credit = fields.Monetary(string="Credit Note", readonly=True, help="By how much the invoice is credited.")
    amount = fields.Monetary(string="To Give Back", readonly=True, help="Money or credit that the patient gets.")
    amount_owed = fields.Monetary(string="Still Owed", readonly=True, help="What the patient has to pay after it.")
    credit_days = fields.Integer(readonly=True, help="Days for which the credit can be used; 0: no end date.")
    credit_valid_to = fields.Date(readonly=True, index="btree_not_null", help="The last day on which it can be used.")
    state = fields.Selection(
        [("asked", "To approve"), ("done", "Done"), ("refused", "Refused"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="asked",
        index=True,
    )
    asked_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    asked_at = fields.Datetime(required=True, readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True)
    refusal = fields.Char(string="Why Refused", readonly=True)
    move_ids = fields.One2many(
        "account.move", "clinic_refund_id", string="Documents", groups="account.group_account_invoice"
    )
    payment_ids = fields.One2many(
        "account.payment", "clinic_refund_id", string="Payments Back", groups="account.group_account_invoice"
    )
    may_approve = fields.Boolean(compute="_compute_may")
    may_withdraw = fields.Boolean(compute="_compute_may")

    _not_ones_own = models.Constraint(
        "CHECK (state NOT IN ('done', 'refused') OR decided_by_id != asked_by_id)",
        "Nobody decides on a refund that they have asked for. Ask somebody else to approve it.",
    )
    _decided_by_somebody = models.Constraint(
        "CHECK ((state = 'asked') = (decided_by_id IS NULL))", "A refund that was decided names who decided."
    )
    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND amount_credit >= 0 AND COALESCE(amount_owed, 0) >= 0)",
        "A refund cannot be below zero.",
    )

    @api.depends("state", "asked_by_id")
    @api.depends_context("uid")
    def _compute_may(self):
        user = self.env.user
        for refund in self:
            asked = refund.state == "asked"
            own = refund.asked_by_id == user
            refund.may_approve = asked and not own and user.has_group("clinic.group_manager")
            refund.may_withdraw = asked and (own or user.has_group("clinic.group_manager"))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Who may ask for a refund gives it a number.
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code("clinic.refund")
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A refund is not deleted: withdraw or refuse it."))

    # -- deciding -----------------------------------------------------------------------------------------------------

    def action_approve(self):
        """Approve this refund and carry it out: credit note, what follows from it, and the money back.

        :raises AccessError: for anyone but managers
        :raises UserError: when it was decided before, is one's own, or its figures are not true any more
        """
        self.ensure_one()
        self._check_may_decide()
        self._check_still_true()
        self._write_decision("done")
        # The right to approve was checked; documents and ledgers are written by nobody else.
        self.sudo()._clinic_writing()._execute()
        return True

    def action_ask_refusal(self):
        """Open the dialog that asks why this refund is refused."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse %s", self.name),
            "res_model": "clinic.refund.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_refund_id": self.id},
        }

    @takes(reason=a_text(500, optional=True))
    def action_refuse(self, reason=None):
        """Refuse this refund; nothing is changed."""
        self.ensure_one()
        self._check_may_decide()
        self._write_decision("refused", refusal=reason)
        return True

    def action_withdraw(self):
        """Take back a request that nobody has decided on."""
        self.ensure_one()
        self._wait_for_other_decision()
        if not self.may_withdraw:
            raise UserError(
                self.env._("Only the person who asked for a refund can withdraw it, and only until it is decided.")
            )
        self._write_decision("withdrawn")
        return True

    def _check_may_decide(self):
        """Raise when to decide on this is not the user's to do, or somebody has decided."""
        self.check_access("read")
        if not self.env.user.has_group("clinic.group_manager"):
            raise AccessError(self.env._("Managers approve and refuse refunds."))
        self._wait_for_other_decision()
        if self.state != "asked":
            raise UserError(self.env._("This refund has been decided already."))
        if self.asked_by_id == self.env.user:
            raise UserError(
                self.env._("Nobody decides on a refund that they have asked for. Ask somebody else to approve it.")
            )

    def _write_decision(self, state, **values):
        # The right was checked by the caller, and nobody writes these rows by hand.
        self.sudo().write(
            {"state": state, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now(), **values}
        )

    def _wait_for_other_decision(self):
        """Let another decision on this refund finish first: its transaction then makes this one run again."""
        self.ensure_one()
        self.env.execute_query(
            SQL("UPDATE clinic_refund SET write_date = write_date WHERE id = %s RETURNING id", self.id)
        )

    def _check_still_true(self):
        """Raise ``UserError`` when what was asked for is not what would be refunded now; other addons look."""

    # -- carrying it out ----------------------------------------------------------------------------------------------

    def _execute(self):
        """Make the credit note, do what follows, and give the money back. Called with all rights."""
        self.ensure_one()
        note = self._create_note()
        if self.outcome in ("credit", "swap") and self.credit_days:
            self.credit_valid_to = fields.Date.add(self.company_id._clinic_today(), days=self.credit_days)
        if self.outcome == "money":
            self._pay_back(note)
        elif self.outcome == "wallet":
            self._ask_for_transfer(note, self.amount)

    def _create_note(self):
        """Create and post the credit note of this refund, and set it against its invoice; return it.

        Nothing is made where nothing is credited.
        """
        if self.currency_id.is_zero(self.amount_credit):
            return self.env["account.move"]
        moves = self.env(context=clean_context(self.env.context))["account.move"]._clinic_writing()
        note = moves.with_company(self.company_id).create(self._prepare_note())
        note._clinic_take_rounding(self.amount_credit)
        note.action_post()
        receivable = (note | self.invoice_id).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        if receivable.move_id >= note | self.invoice_id:
            receivable.reconcile()
        return note

    def _prepare_note(self):
        """Return the values of the credit note of this refund."""
        return {
            "move_type": "out_refund",
            "company_id": self.company_id.id,
            "partner_id": self.invoice_id.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.company_id._clinic_today(),
            "invoice_origin": self.invoice_id.name,
            "ref": self.name,
            "reversed_entry_id": self.invoice_id.id,
            "clinic_refund_id": self.id,
            "invoice_line_ids": [fields.Command.create(vals) for vals in self._prepare_note_lines()],
        }

    def _prepare_note_lines(self):
        """Return the values of the lines of the credit note; the addon that says what is refunded gives them."""
        return []

    def _pay_back(self, note):
        """Pay ``amount`` back by the journals by which the patient has paid, the last payment first.

        What was settled by the patient's credit stays credit: it is open on ``note``.
        """
        left, returned = self.amount, self._returned_before()
        for payment in self._payments_to_return():
            journal = payment.journal_id
            gone = min(returned.get(journal, 0.0), payment.amount)
            returned[journal] = returned.get(journal, 0.0) - gone
            part = min(left, self.currency_id.round(payment.amount - gone))
            if self.currency_id.compare_amounts(part, 0) > 0:
                self._return_payment(note, payment, part)
                left = self.currency_id.round(left - part)
        left = self.currency_id.round(left - min(left, self._credit_to_return()))
        if self.currency_id.compare_amounts(left, 0) > 0:
            journal = self.company_id._clinic_journal("cash") or self.company_id._clinic_journal("card")
            if not journal:
                raise UserError(
                    self.env._(
                        "%s has no journal to pay back from. Ask the accountant to set one up.", self.company_id.name
                    )
                )
            self._pay_back_part(note, journal, left)

    def _returned_before(self):
        """Return {journal: what earlier refunds of this invoice have paid back out of it}."""
        earlier = self.search([("invoice_id", "=", self.invoice_id.id), ("state", "=", "done")]) - self
        paid = earlier.payment_ids.filtered(lambda payment: payment.state in ("in_process", "paid"))
        return {journal: sum(own.mapped("amount")) for journal, own in paid.grouped("journal_id").items()}

    def _credit_to_return(self):
        """Return how much of the invoice was paid by credit notes of something else, and was not given back yet."""
        receivable = self.invoice_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        used = receivable.matched_credit_ids.filtered(
            lambda partial: (
                partial.credit_move_id.move_id.move_type == "out_refund"
                and partial.credit_move_id.move_id.reversed_entry_id != self.invoice_id
            )
        )
        earlier = self.search(
            [("invoice_id", "=", self.invoice_id.id), ("state", "=", "done"), ("outcome", "=", "money")]
        )
        kept = sum(refund.amount - refund._money_back() for refund in earlier - self)
        return max(self.currency_id.round(sum(used.mapped("amount")) - kept), 0.0)

    def _money_back(self):
        """Return how much of this refund is money that went back, or is on its way; the rest stayed credit."""
        self.ensure_one()
        return sum(self.payment_ids.mapped("amount"))

    def _payments_to_return(self):
        """Return the payments of the invoice, the last one first."""
        payments = self.invoice_id._get_reconciled_payments() | self.invoice_id.matched_payment_ids
        taken = payments.filtered(
            lambda payment: payment.payment_type == "inbound" and payment.state in ("in_process", "paid")
        )
        return taken.sorted(lambda payment: (payment.date, payment.id), reverse=True)

    def _return_payment(self, note, payment, amount):
        """Give ``amount`` of ``payment`` back by the way it came; other addons know more ways than the desk's."""
        self._pay_back_part(note, payment.journal_id, amount)

    def _pay_back_part(self, note, journal, amount):
        """Pay ``amount`` back out of ``journal``, set it against what is open for it, and return the payment."""
        payments = self.env(context=clean_context(self.env.context))["account.payment"]._clinic_writing()
        payment = payments.with_company(self.company_id).create(self._prepare_payment_back(note, journal, amount))
        payment.action_post()
        self._settle(note, payment)
        return payment

    def _prepare_payment_back(self, note, journal, amount):
        """Return the values of the payment of ``amount`` to the patient."""
        return {
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": note.partner_id.id,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "journal_id": journal.id,
            "company_id": self.company_id.id,
            "date": self.company_id._clinic_today(),
            "memo": self.name,
            "clinic_refund_id": self.id,
            "invoice_ids": [fields.Command.link(move.id) for move in note],
        }

    def _settle(self, note, payment):
        """Set ``payment`` to the patient against the open part of the credit note."""
        open_lines = (note.line_ids | payment.move_id.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        if open_lines.move_id >= note | payment.move_id and payment.move_id:
            open_lines.reconcile()

    def _ask_for_transfer(self, document, amount):
        """Leave a task for the books on ``document``: ``amount`` goes where no journal of the desk leads."""
        accountants = self.company_id._clinic_accountants()
        amount = self.currency_id.format(amount)
        document.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Transfer %(amount)s to the patient: %(refund)s", amount=amount, refund=self.name),
            user_id=(accountants - self.env.user)[:1].id or self.env.uid,
        )

    def action_view_documents(self):
        """Open the credit note and the entries of this refund."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents of %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("clinic_refund_id", "=", self.id)],
            "context": {"create": False},
        }
