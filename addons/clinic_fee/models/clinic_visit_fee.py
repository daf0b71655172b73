import logging

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

    def _after_transition(self, new):
        """What was agreed is charged before anybody is given the task to pay the deposit back."""
        for visit in self:
            if new == "no_show":
                visit._charge_fee("no_show")
            elif new == "cancelled" and visit._is_late_cancellation():
                visit._charge_fee("late")
        super()._after_transition(new)

    def _fee_amount(self, cause):
        """Return what is to be charged of this visit for ``cause``, taxes included, in its branch's currency."""
        self.ensure_one()
        if self.fee_waived_by_id or self._fee_invoices():
            return 0.0
        kind = self[f"{cause}_fee_kind"]
        amount = {DEPOSIT: self._deposit_open() if self.deposit_paid else 0.0, FIXED: self[f"{cause}_fee"]}
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
            if invoice._clinic_amount_due() > 0:
                invoice.js_assign_outstanding_line(line.id)
        visit._write_of_money(FEE, f"fee:{invoice.id}")
        if invoice._clinic_amount_due() > 0:
            visit._ask_for_fee(invoice)

    def _prepare_fee_invoice(self, cause, amount):
        """Return the values of the invoice of a fee of ``amount``, taxes included."""
        product = self.env.ref("clinic_fee.product_fee")
        partner = self.patient_id.partner_id
        taxes = self.company_id._clinic_taxes(product, partner)
        text = {
            "no_show": self.env._("Missed visit of %s"),
            "late": self.env._("Late cancellation of the visit of %s"),
        }[cause]
        line = {
            "product_id": product.id,
            "name": text % self.company_id._clinic_moment_text(self.start),
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
            _logger.warning("The card was not charged for visit %s: %s", self.id, type(error).__name__)
        if tx.state == "done":
            tx._post_process()
        elif tx.state not in ("pending", "authorized"):
            self._give_task(self.env._("The saved card did not pay the fee: send the payment link."))
            self._write_of_money(LINK, f"fee-link:{invoice.id}")

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
