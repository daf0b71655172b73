from odoo import api, fields, models

from ..const import AGREED, CAUSES


class ClinicVisit(models.Model):
    """What was agreed when a visit was booked about not coming and about cancelling too late."""

    _inherit = "clinic.visit"
    # What only invoices and payments say of a visit.
    _clinic_locked = ("fee_state",)

    fee_text = fields.Text("Agreed Fees", copy=False, readonly=True, help="What was told to the patient.")
    fee_rule_id = fields.Many2one(
        "clinic.fee.rule", copy=False, readonly=True, ondelete="set null", index="btree_not_null"
    )
    no_show_fee_kind = fields.Selection(AGREED, "If Missed", copy=False, readonly=True)
    no_show_fee = fields.Float("Fee If Missed", digits=(16, 4), copy=False, readonly=True)
    late_fee_kind = fields.Selection(AGREED, "If Cancelled Too Late", copy=False, readonly=True)
    late_fee = fields.Float("Fee If Cancelled Too Late", digits=(16, 4), copy=False, readonly=True)
    late_fee_hours = fields.Float(
        "Too Late, Hours", copy=False, readonly=True, help="So long before it, as was agreed."
    )
    can_charge_fee = fields.Boolean(compute="_compute_can_charge_fee", compute_sudo=True)
    fee_by_card = fields.Boolean("Fee by Saved Card", copy=False, readonly=True)
    fee_cause = fields.Selection(CAUSES, string="Fee Because", copy=False, readonly=True)
    fee_invoice_id = fields.Many2one(
        "account.move",
        compute="_compute_fee_invoice_id",
        compute_sudo=True,
        groups="account.group_account_invoice",
    )
    # As of a checkout: the default saves anyone who books from looking for invoices that cannot be there.
    fee_state = fields.Selection(
        [("none", "No fee"), ("due", "Fee due"), ("paid", "Fee paid"), ("waived", "Fee waived")],
        compute="_compute_fee_state",
        compute_sudo=True,
        store=True,
        readonly=False,
        default="none",
        string="Fee",
    )
    fee_waived_by_id = fields.Many2one("res.users", copy=False, readonly=True, ondelete="restrict")
    fee_waive_reason = fields.Char("Why the Fee Was Waived", copy=False, readonly=True)
    fee_card_asked_at = fields.Datetime("Card Charged On", copy=False, readonly=True)

    _fee_not_negative = models.Constraint(
        "CHECK (COALESCE(no_show_fee, 0) >= 0 AND COALESCE(late_fee, 0) >= 0)", "A fee cannot be below zero."
    )
    _fee_waived_by_somebody = models.Constraint(
        "CHECK ((fee_waived_by_id IS NULL) = (fee_waive_reason IS NULL))", "Who waives a fee says why."
    )
    _fee_to_charge_idx = models.Index("(id) WHERE fee_by_card AND fee_state = 'due' AND fee_card_asked_at IS NULL")

    def _fee_invoices(self):
        """Return the live invoices of these visits that charge a fee."""
        return self.invoice_ids.filtered(
            lambda move: move.clinic_fee and move.move_type == "out_invoice" and move._clinic_is_live()
        )

    @api.depends("invoice_ids.clinic_fee", "invoice_ids.clinic_credited", "invoice_ids.state")
    def _compute_fee_invoice_id(self):
        for visit in self:
            visit.fee_invoice_id = visit._fee_invoices()[-1:]

    @api.depends(
        "fee_waived_by_id",
        "invoice_ids.amount_residual_signed",
        "invoice_ids.clinic_credited",
        "invoice_ids.clinic_fee",
        "invoice_ids.state",
    )
    def _compute_fee_state(self):
        for visit in self:
            visit.fee_state = visit._fee_state()

    def _fee_state(self):
        """Return how far the fee of this visit is settled: the one rule for that."""
        self.ensure_one()
        invoices = self._fee_invoices()
        if not invoices:
            return "waived" if self.fee_waived_by_id else "none"
        due = sum(invoice._clinic_amount_due() for invoice in invoices)
        drafts = invoices.filtered(lambda invoice: invoice.state == "draft")
        return "due" if drafts or self.company_id.sudo().currency_id.compare_amounts(due, 0) > 0 else "paid"

    # -- agreeing to it when it is booked -----------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, **self._prepare_fee_of_new(vals)} for vals in vals_list])

    @api.model
    def _prepare_fee_of_new(self, vals):
        """Return the values of what is agreed about a visit with ``vals``; none where there is no rule for it."""
        branch = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        if vals.get("fee_text") or not self.env["clinic.fee.rule"]._ids_of(branch.id):
            return {}
        treatments, start = self._planned_of_new(vals)
        return self._prepare_fee(branch, self.env["clinic.patient"].browse(vals.get("patient_id")), treatments, start)

    @api.model
    def _prepare_fee(self, branch, patient, treatments, start):
        """Return the values of what is agreed about a visit with ``treatments``; none where there is no rule for it."""
        rule = self.env["clinic.fee.rule"]._first(branch, patient, treatments) if start and treatments else None
        if not rule:
            return {}
        # What a session pays costs no more when it is missed than the session.
        charged = self._deposit_treatments(treatments, patient)
        price = charged._clinic_quote(branch, patient, start) if charged else 0.0
        agreed = rule._prepare_agreed(branch, price)
        text = rule.with_context(lang=patient.lang or self.env.lang)._text(branch, agreed)
        return {**agreed, "fee_text": text} if text else {}

    def _prepare_again(self):
        """What was agreed stays agreed when the same time is booked again."""
        names = (
            "fee_text",
            "no_show_fee_kind",
            "no_show_fee",
            "late_fee_kind",
            "late_fee",
            "late_fee_hours",
            "fee_by_card",
        )
        agreed = {name: self[name] for name in names}
        return {**super()._prepare_again(), **agreed, "fee_rule_id": self.fee_rule_id.id}

    def _terms_text(self):
        """Also what not coming costs."""
        return "\n".join(text for text in (super()._terms_text(), self.fee_text) if text)
