from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    clinic_visit_id = fields.Many2one(
        "clinic.visit", string="Visit", copy=False, readonly=True, ondelete="restrict", index="btree_not_null"
    )
    clinic_supplement = fields.Boolean(
        string="Further Charge",
        copy=False,
        readonly=True,
        help="Charges more than the visit's own invoice does: an item billed later, or a debit note.",
    )
    clinic_credited = fields.Boolean(
        compute="_compute_clinic_credited",
        store=True,
        string="Credited in Full",
        help="Credit notes have taken back the whole invoice of a visit, so that the visit can be checked out again.",
    )

    _one_invoice_per_visit = models.UniqueIndex(
        "(clinic_visit_id) WHERE clinic_visit_id IS NOT NULL AND move_type = 'out_invoice' AND state != 'cancel'"
        " AND clinic_credited IS NOT TRUE AND clinic_supplement IS NOT TRUE",
        "One invoice charges a visit, and this visit has another one: open that, or credit it in full first.",
    )

    # Of many invoices few are open; the oldest come first.
    _clinic_open_idx = models.Index(
        "(invoice_date, id) INCLUDE (company_id, amount_residual_signed)"
        " WHERE move_type = 'out_invoice' AND state = 'posted' AND amount_residual_signed > 0"
    )

    @api.depends("state", "amount_total", "reversal_move_ids.state", "reversal_move_ids.amount_total")
    def _compute_clinic_credited(self):
        for move in self:
            credits = move.reversal_move_ids.filtered(lambda credit: credit.state == "posted")
            left = move.amount_total - sum(credits.mapped("amount_total"))
            move.clinic_credited = bool(
                move.clinic_visit_id
                and move.state == "posted"
                and credits
                and move.currency_id.compare_amounts(left, 0) <= 0
            )

    def _clinic_is_own(self):
        """Return whether this is the invoice by which its visit is checked out, no further charge or credit note."""
        self.ensure_one()
        return self.move_type == "out_invoice" and not self.clinic_supplement

    def _clinic_is_live(self):
        """Return whether this invoice charges its patient: neither cancelled nor credited in full."""
        self.ensure_one()
        return self.state != "cancel" and not self.clinic_credited

    def _clinic_amount_due(self):
        """Return what is still to be paid of this invoice, in its branch's currency.

        Odoo's payment state is not asked: a payment that somebody blocked leaves the invoice as open as it was.
        """
        self.ensure_one()
        if self.state != "posted":
            return 0.0
        # Where the bank statement makes the entry, a payment has none yet, and Odoo's residual does not know of it.
        waiting = self.matched_payment_ids.filtered(lambda p: not p.move_id and p.state in ("in_process", "paid"))
        due = self.amount_residual_signed - sum(waiting.mapped("amount_company_currency_signed"))
        return self.company_currency_id.round(max(due, 0.0))

    def _clinic_own_notes(self):
        """Return the posted credit notes that take back a part of these invoices."""
        return self.reversal_move_ids.filtered(lambda note: note.state == "posted" and note.move_type == "out_refund")

    # -- the link to the visit ----------------------------------------------------------------------------------------

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A credit note belongs to the visit of its invoice."""
        moves = super(AccountMove, self._clinic_writing())._reverse_moves(default_values_list, cancel)
        return moves.with_env(self.env)

    def copy(self, default=None):
        """A debit note belongs to the visit of its invoice; its addon need not be installed."""
        if not (default or {}).get("debit_origin_id"):
            return super().copy(default)
        [default] = self._clinic_check_create([default])
        return super(AccountMove, self._clinic_writing()).copy(default).with_env(self.env)

    def copy_data(self, default=None):
        """What takes an invoice back, renews it or adds to it belongs to its visit; a mere duplicate does not."""
        vals_list = super().copy_data(default)
        # Anyone can put the native key into the context; ours stands there when the copy is no mere duplicate.
        if self.env.context.get("include_business_fields") and self._clinic_may_write_locked():
            for move, vals in zip(self, vals_list, strict=True):
                vals.update(move._prepare_clinic_link(vals))
        return vals_list

    def _prepare_clinic_link(self, vals):
        """Return the values that link a copy of this document, with ``vals``, to its visit; none without a visit."""
        self.ensure_one()
        if not self.clinic_visit_id:
            return {}
        further = self.clinic_supplement or bool(vals.get("debit_origin_id"))
        return {"clinic_visit_id": self.clinic_visit_id.id, "clinic_supplement": further}

    def unlink(self):
        # The visit of a draft that is deleted is to be checked out again, no matter who may see that visit.
        visits = self.sudo().filtered(lambda move: move.clinic_visit_id and move._clinic_is_own()).clinic_visit_id
        result = super().unlink()
        visits._forget_checkout()
        return result
