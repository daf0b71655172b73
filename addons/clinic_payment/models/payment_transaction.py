import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    """An online payment for a visit. That a hold has ended never cancels one: the money may be on its way."""

    _inherit = "payment.transaction"
    # What the provider says, and what follows from it: written by Odoo's own steps, which are the superuser's.
    _clinic_locked = ("invoice_ids", "is_post_processed", "last_state_change", "payment_id", "state")
    _clinic_fixed = ("amount", "currency_id", "partner_id", "provider_id", "reference")

    clinic_visit_id = fields.Many2one(
        "clinic.visit", string="Visit", copy=False, readonly=True, ondelete="restrict", index="btree_not_null"
    )
    clinic_link_id = fields.Many2one(
        "clinic.payment.link", string="Payment Link", copy=False, readonly=True, index="btree_not_null"
    )

    _clinic_to_process_idx = models.Index(
        "(id) WHERE state = 'done' AND is_post_processed IS NOT TRUE AND clinic_link_id IS NOT NULL"
    )

    def _set_done(self, **kwargs):
        """The visit is confirmed at once, also when nobody looks at the page any more."""
        done = super()._set_done(**kwargs)
        if self.filtered(lambda tx: tx.state == "done" and (tx.clinic_visit_id or tx.clinic_link_id)):
            # No matter who reports a payment: what follows is a scheduled action.
            self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()
            self.env.ref("clinic_payment.cron_use_payments").sudo()._trigger()
        return done

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        """What is paid back of a visit's payment is of that visit, too."""
        visit = self.sudo().clinic_visit_id
        values = {"clinic_visit_id": visit.id, **custom_create_values} if visit else custom_create_values
        child = super()._create_child_transaction(amount, is_refund, **values)
        part = self.env.context.get("clinic_refund_part")
        # A record, which nobody can hand over from outside.
        if is_refund and isinstance(part, models.BaseModel):
            part.transaction_id = child
        return child

    def _post_process(self):
        """Also use what was paid for a visit, whose row is locked first, so that this happens once.

        Of two that process the same transaction the later one waits, finds its row changed, and is tried again by Odoo:
        without that it would only meet the index that lets one payment stand.
        """
        self.env.execute_query(
            SQL("SELECT id FROM payment_transaction WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.ids or [0])
        )
        visits = (self.clinic_visit_id | self.invoice_ids.clinic_visit_id).sudo()
        if visits:
            visits._lock_for_payment()
        super()._post_process()
        for tx in self.filtered("payment_id"):
            # Of a debt, too: nobody else would look at what was paid twice.
            if visit := (tx.clinic_visit_id or tx.invoice_ids.clinic_visit_id[:1]):
                visit._payment_received(tx.payment_id)

    def _create_payment(self, **extra_create_values):
        """The payment belongs to the visit, is the patient's own, and stands in the books of the visit's branch."""
        if self.operation == "refund":
            return self._create_payment_back(**extra_create_values)
        visit = (self.clinic_visit_id or self.invoice_ids.clinic_visit_id[:1]).sudo()
        if not visit:
            return super()._create_payment(**extra_create_values)
        # The provider has the money, no matter who has Odoo enter it; which visit it is for nobody says by hand.
        own = self.sudo()
        values = {"company_id": visit.company_id.id}
        if self.clinic_visit_id:
            values["clinic_visit_id"] = visit.id
        payment = super(PaymentTransaction, own)._create_payment(**values, **extra_create_values)
        return payment.with_env(self.env)

    def _create_payment_back(self, **extra_create_values):
        """Enter what the provider gave back in the books of what it is of, and set it against that."""
        # The provider has given it back, no matter who has Odoo enter it.
        own = self.sudo()
        source = own.source_transaction_id.payment_id
        # What somebody started in the provider's own pages belongs to no request.
        part = self.env["clinic.refund.part"].sudo().search([("transaction_id", "=", self.id)])
        values = {}
        if source:
            values["company_id"] = source.company_id.id
        if self.clinic_visit_id:
            values["clinic_visit_id"] = own.clinic_visit_id.id
        if part:
            values["clinic_refund_id"] = part.refund_id.id
            if part.is_replaced:
                text = self.env._("Given back twice, by the provider too: %(amount)s, %(refund)s.")
                part._give_task(text)
        payment = super(PaymentTransaction, own)._create_payment(**values, **extra_create_values)
        own._reconcile_refund(payment, part.move_id)
        part.refund_id._tell_returned()
        return payment.with_env(self.env)

    def _reconcile_refund(self, payment, note):
        """Set what ``payment`` pays back against the credit note for it, or the payment that it pays back."""
        lines = (payment.move_id | (note or self.source_transaction_id.payment_id.move_id)).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable" and not line.reconciled).reconcile()

    def action_refund(self, amount_to_refund=None):
        """Nobody gives a patient's money back alone: it is asked for, and approved by somebody else."""
        patients = self.env["clinic.patient"].sudo().with_context(active_test=False)
        is_patients = patients.search_count([("partner_id", "in", self.sudo().partner_id.ids)], limit=1)
        if is_patients and not self.env.su:
            raise UserError(
                self.env._("This was paid by a patient: ask for a refund at the payment, and have it approved.")
            )
        return super().action_refund(amount_to_refund=amount_to_refund)

    @api.model
    def _cron_use_payments(self):
        """Post-process what is done for visits and not in the books yet, however old; tell somebody if that fails."""
        back = self.env["clinic.refund.part"].search([("state", "=", "done")]).transaction_id
        ours = ["|", ("clinic_link_id", "!=", False), ("id", "in", back.filtered(lambda tx: not tx.payment_id).ids)]
        waiting = self.search([("state", "=", "done"), ("is_post_processed", "=", False), *ours])
        for tx in waiting:
            try:
                with self.env.cr.savepoint():
                    tx._post_process()
            except psycopg2.OperationalError:
                # Somebody else is at it.
                continue
            except Exception:
                _logger.exception("Payment %s is not in the books", tx.id)
                if visit := tx.clinic_link_id.visit_id or tx.clinic_visit_id:
                    visit._give_task_once(
                        self.env._("Paid online, and not in the books: %s. Tell the accountant.", tx.reference)
                    )
            self.env["ir.cron"]._commit_progress(1)
