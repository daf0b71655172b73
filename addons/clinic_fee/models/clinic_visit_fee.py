import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import clean_context

from odoo.addons.clinic.door import a_text, takes
from odoo.addons.clinic.reasons import check_reason
from odoo.addons.clinic_payment.const import LINK

from ..const import DEPOSIT, FEE, FIXED

_logger = logging.getLogger(__name__)


class ClinicVisit(models.Model):
    """A fee is charged by an invoice with tax, which the deposit pays first, then a saved card or a payment link."""

    _inherit = "clinic.visit"

    def write(self, vals):
        """Remember which of these were never more than held, before that is lost: such a visit owes nothing."""
        if vals.get("state") != "cancelled":
            return super().write(vals)
        held = self.filtered(lambda visit: visit.state == "held")
        return super(ClinicVisit, self.with_context(clinic_only_held=held)).write(vals)

    def _was_only_held(self):
        """Return whether this visit, which is being cancelled, was never booked."""
        self.ensure_one()
        held = self.env.context.get("clinic_only_held")
        # Records, which nobody can hand over from outside.
        return isinstance(held, models.BaseModel) and self.id in held.ids

    def _after_transition(self, new):
        """What was agreed is charged before anybody is given the task to pay the deposit back."""
        for visit in self:
            if new == "no_show":
                visit._charge_fee("no_show")
            elif new == "cancelled" and visit._owes_late_fee() and not visit._was_only_held():
                visit._charge_fee("late")
        super()._after_transition(new)

    def _owes_late_fee(self):
        """Return whether the patient cancels, or has cancelled, this visit later than was agreed."""
        self.ensure_one()
        return self.cancel_reason_id.by_patient and self._is_past_agreed_cutoff()

    def _is_past_agreed_cutoff(self):
        """Return whether a patient who cancels this visit now does so later than was agreed when it was booked."""
        self.ensure_one()
        return fields.Datetime.now() > self.start - timedelta(hours=self.late_fee_hours)

    # -- charging -----------------------------------------------------------------------------------------------------

    def _fee_amount(self, cause):
        """Return what is to be charged of this visit for ``cause``, taxes included, in its branch's currency."""
        self.ensure_one()
        if self.fee_waived_by_id or self._fee_invoices():
            return 0.0
        kind = self[f"{cause}_fee_kind"]
        # What was paid beyond the deposit was not agreed to be kept.
        kept = min(self._deposit_open(), self.deposit_amount) if self.deposit_paid else 0.0
        amount = {DEPOSIT: kept, FIXED: self[f"{cause}_fee"]}
        return self.company_id.sudo().currency_id.round(amount.get(kind, 0.0))

    def _charge_fee(self, cause):
        """Charge what was agreed of this visit for ``cause``; what cannot be charged is somebody's task.

        That a visit was missed is noted in any case.
        """
        # It was agreed when it was booked, no matter who notes that the patient did not come.
        visit = self.sudo().with_company(self.company_id)._clinic_writing()
        amount = visit._fee_amount(cause)
        if visit.currency_id.compare_amounts(amount, 0) <= 0:
            return
        try:
            with self.env.cr.savepoint():
                visit._create_fee(cause, amount)
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.warning("The fee of visit %s was not charged: %s", self.id, type(error).__name__)
            said = str(error) if isinstance(error, UserError) else self.env._("see the log.")
            text = self.env._("The fee of %(amount)s was not charged: %(why)s")
            visit._give_task(text % {"amount": visit.currency_id.format(amount), "why": said})

    def _create_fee(self, cause, amount):
        """Make and post the invoice of the fee, let the deposit pay it, and have the patient informed."""
        visit = self.with_env(self.env(context=clean_context(self.env.context)))
        invoice = visit._create_invoice(**visit._prepare_fee_invoice(cause, amount))
        invoice._clinic_take_rounding(amount)
        invoice.action_post()
        visit.fee_cause = cause
        for line in visit._deposit_lines():
            if invoice._clinic_amount_due() > 0 and not line.payment_id._clinic_is_returned():
                invoice.js_assign_outstanding_line(line.id)
        visit._write_of_money(FEE, f"fee:{invoice.id}")
        if invoice._clinic_amount_due() > 0:
            visit._ask_for_fee(invoice)

    def _prepare_fee_invoice(self, cause, amount):
        """Return the values of the invoice of a fee of ``amount``, taxes included."""
        product = self.env.ref("clinic_fee.product_fee")
        partner = self.patient_id.partner_id
        taxes = self.company_id._clinic_taxes(product, partner)
        # As on all documents, in the patient's language.
        visit = self.with_context(lang=partner.lang or self.env.lang)
        text = {
            "no_show": visit.env._("Missed visit of %s"),
            "late": visit.env._("Late cancellation of the visit of %s"),
        }[cause]
        line = {
            "product_id": product.id,
            "name": text % visit.company_id._clinic_moment_text(self.start),
            "quantity": 1.0,
            "price_unit": self.company_id._clinic_unit_price(amount, taxes, partner),
            "tax_ids": [fields.Command.set(taxes.ids)],
        }
        return {"clinic_fee": True, "clinic_supplement": True, "invoice_line_ids": [fields.Command.create(line)]}

    def _ask_for_fee(self, invoice):
        """Ask the patient for what the deposit has not paid of ``invoice``."""
        if self.fee_by_card and self._saved_card():
            self.env.ref("clinic_fee.cron_charge_cards")._trigger()
        else:
            self._write_of_money(LINK, f"fee-link:{invoice.id}")

    # -- by a saved card ----------------------------------------------------------------------------------------------

    def _saved_card(self):
        """Return the token that this patient has saved last with a provider that takes this branch's payments."""
        partner = self.patient_id.partner_id
        providers = self.env["payment.provider"]._get_compatible_providers(
            self.company_id.id, partner.id, self.fee_invoice_id.amount_residual, currency_id=self.currency_id.id
        )
        tokens = self.env["payment.token"].search(
            [("partner_id", "=", partner.id), ("provider_id", "in", providers.ids)], order="id desc", limit=1
        )
        return tokens.filtered(lambda token: token.provider_id.allow_tokenization)

    @api.model
    def _cron_charge_cards(self):
        """Charge the fees that are due to the cards that patients have saved for that; each is tried once."""
        due = self.search([("fee_by_card", "=", True), ("fee_state", "=", "due"), ("fee_card_asked_at", "=", False)])
        for visit in due:
            visit._clinic_writing()._charge_card()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _charge_card(self):
        """Charge what is due of the fee to the patient's card; that it is tried is stored before."""
        self._lock_for_payment()
        if self.fee_state != "due" or self.fee_card_asked_at:
            return
        self.fee_card_asked_at = fields.Datetime.now()
        invoice, token = self.fee_invoice_id, self._saved_card()
        if not token:
            self._write_of_money(LINK, f"fee-link:{invoice.id}")
            return
        tx = self.env["payment.transaction"].create(self._prepare_card_transaction(invoice, token))
        self.env["ir.cron"]._commit_progress(0)
        try:
            tx._charge_with_token()
        except psycopg2.Error:
            raise
        except Exception as error:
            _logger.warning("The card of visit %s: %s", self.id, type(error).__name__)
        # What the provider has said is not lost by what comes after it.
        self.env["ir.cron"]._commit_progress(0)
        if tx.state == "done":
            self._enter_card_payment(tx)
        elif tx.state not in ("pending", "authorized"):
            # An answer that was lost may have been a yes: nobody is asked to pay again before somebody has looked.
            text = self.env._("The saved card did not pay the fee (%s). Look at the provider, then send the link.")
            self._give_task(text % tx.reference)

    def _enter_card_payment(self, tx):
        """Enter ``tx`` in the books; where that fails, Odoo's own scheduled action tries again."""
        try:
            with self.env.cr.savepoint():
                tx._post_process()
        except psycopg2.OperationalError:
            _logger.info("Payment %s is entered in the books later", tx.reference)
        except Exception:
            _logger.exception("Payment %s is not in the books", tx.reference)

    def _prepare_card_transaction(self, invoice, token):
        """Return the values of the payment of ``invoice`` by ``token``."""
        transactions = self.env["payment.transaction"]
        return {
            "provider_id": token.provider_id.id,
            "payment_method_id": token.payment_method_id.id,
            "reference": transactions._compute_reference(token.provider_id.code, prefix=invoice.name),
            "amount": invoice._clinic_amount_due(),
            "currency_id": self.currency_id.id,
            "partner_id": token.partner_id.id,
            "token_id": token.id,
            "operation": "offline",
            "invoice_ids": [fields.Command.set(invoice.ids)],
        }

    # -- by hand ------------------------------------------------------------------------------------------------------

    @api.depends("state", "fee_state", "fee_waived_by_id", "cancelled_late")
    def _compute_can_charge_fee(self):
        for visit in self:
            visit.can_charge_fee = bool(visit._chargeable_cause())

    def _chargeable_cause(self):
        """Return why a fee may still be charged for this visit by hand; None where it may not."""
        self.ensure_one()
        cause = {"no_show": "no_show", "cancelled": "late" if self.cancelled_late else None}.get(self.state)
        visit = self.sudo()
        return cause if cause and visit.currency_id.compare_amounts(visit._fee_amount(cause), 0) > 0 else None

    def action_charge_fee(self):
        """Charge the agreed fee that could not be charged when it fell due.

        :raises UserError: when none is owed, or it cannot be charged now either
        """
        self.ensure_one()
        self.check_access("write")
        self.env["account.move"].check_access("create")
        self._lock_for_payment()
        cause = self._chargeable_cause()
        if not cause:
            raise UserError(self.env._("%s: no fee is to be charged.", self._spoken_name()))
        # Who may make invoices may have this one made; what it says was agreed.
        visit = self.sudo().with_company(self.company_id)._clinic_writing()
        visit._create_fee(cause, visit._fee_amount(cause))
        return True

    # -- waiving ------------------------------------------------------------------------------------------------------

    @takes(reason=a_text(500, optional=True))
    def action_waive_fee(self, reason=None):
        """Waive the fee of this visit for ``reason``, before it is charged or after; without a reason, ask for it.

        What was charged is credited in full; what the deposit has paid of it is the patient's credit again.
        :raises AccessError: for those without the right to
        """
        self.ensure_one()
        self._check_may_waive_fee()
        if reason is None:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Waive the Fee"),
                "res_model": "clinic.fee.waive",
                "views": [[False, "form"]],
                "target": "new",
                "context": {"default_visit_id": self.id},
            }
        reason = check_reason(self.env, reason, self.env._("Say why this patient pays no fee."))
        self._lock_for_payment()
        if self.fee_waived_by_id or not (self.fee_text or self.fee_state != "none"):
            raise UserError(self.env._("%s: no fee is to be waived.", self._spoken_name()))
        self._clinic_writing().write({"fee_waived_by_id": self.env.uid, "fee_waive_reason": reason})
        # The right was checked; which documents follow from it nobody chooses.
        self.sudo()._credit_fee()
        return True

    def _check_may_waive_fee(self):
        self.check_access("write")
        if not self.env.user.has_group("clinic_fee.group_waive_fee"):
            raise AccessError(self.env._("You may not waive a fee. Ask a manager."))

    def _credit_fee(self):
        """Credit what was charged as a fee, in full, and say what becomes of the money."""
        for invoice in self._fee_invoices():
            if invoice.state == "draft":
                invoice._clinic_writing().button_cancel()
                continue
            defaults = {"ref": self.fee_waive_reason, "invoice_date": self.company_id._clinic_today()}
            invoice._clinic_writing()._reverse_moves([defaults], cancel=True)
        left = self._deposit_open() if self.deposit_paid else 0.0
        if self.currency_id.compare_amounts(left, 0) > 0 and not self._keeps_deposit():
            text = self.env._("Paid in advance: %s. Offer another time, or pay it back.")
            self._give_task(text % self.currency_id.format(left))

    def action_view_fee(self):
        """Open the invoice of the fee."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.fee_invoice_id.id,
            "views": [[False, "form"]],
        }
